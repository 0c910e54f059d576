"""The report in a browser: what stands out stands in the first screen, on a phone and on paper too."""

import pypdf
import pytest
from playwright.sync_api import expect

from demo.data.plan import PROBLEM_MANAGER, PROBLEM_PRODUCT, WORSE_CHANNEL
from tests.e2e.conftest import PHONE, fits
from tests.e2e.test_headlines import SCREEN, company  # noqa: F401 fixture
from tests.e2e.test_print import SHEETS, printed, squeezed, words


def test_the_planted_problems_stand_by_name_in_the_first_screen(open_page, company, ceo):  # noqa: F811
    page = open_page("/dashboard/report/", user=ceo, viewport=SCREEN)
    section = page.locator("#headlines")

    for name in (PROBLEM_MANAGER, PROBLEM_PRODUCT, WORSE_CHANNEL):
        line = section.locator(f'[data-name^="{name}"]').first
        box = line.bounding_box()
        assert box["y"] + box["height"] <= SCREEN["height"], name
        expect(line.locator(".badge")).to_have_text("sure")


@pytest.mark.parametrize("viewport", [PHONE, SCREEN], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_and_fits(open_page, assert_accessible, company, ceo, viewport, scheme):  # noqa: F811
    page = open_page("/dashboard/report/", user=ceo, viewport=viewport, scheme=scheme)

    expect(page.get_by_role("img", name="over time")).to_have_count(1)
    assert fits(page)
    assert_accessible(page)


def test_the_pdf_names_the_planted_problems_on_its_first_sheet(open_page, company, ceo):  # noqa: F811
    page = open_page("/dashboard/report/", user=ceo, viewport=SCREEN)

    with page.expect_download() as taken:
        page.get_by_role("link", name="PDF").click()

    first = squeezed(pypdf.PdfReader(taken.value.path()).pages[0].extract_text())
    for name in (PROBLEM_MANAGER, PROBLEM_PRODUCT, WORSE_CHANNEL):
        assert squeezed(f"{name} (") in first, name


@SHEETS
def test_it_is_printed_whole(open_page, company, ceo, sheet):  # noqa: F811
    page = open_page("/dashboard/report/", user=ceo)

    paper, said = printed(page, sheet)

    assert {word for word in words(said) if squeezed(word) not in squeezed(paper)} == set()
    assert "PDF" not in words(paper)
