import pytest
from playwright.sync_api import expect

from crm.models import Product
from tests.analytics.answers import answer, version_of
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.factories import ContactFactory


@pytest.fixture
def three(ceo):
    version = version_of()
    return [
        answer(version, [score], comment="Slow", contact=ContactFactory(first_name=name, last_name="X"))[0]
        for name, score in (("Third", 3), ("Second", 8), ("First", 10))
    ]


def focused(page):
    return page.evaluate("document.activeElement.textContent.trim()")


def test_the_list_is_walked_by_keyboard(open_page, three, ceo):
    page = open_page("/answers/", user=ceo)

    names = []
    for key in ("j", "j", "j", "j", "k"):
        page.keyboard.press(key)
        names.append(focused(page))
    page.keyboard.press("o")
    page.wait_for_url(f"**/answers/{three[1].pk}/")

    assert names == ["First X", "Second X", "Third X", "Third X", "Second X"]
    assert page.title().startswith("Answer of Second X")


def test_a_slash_goes_to_the_search_where_letters_are_letters(open_page, three, ceo):
    page = open_page("/answers/", user=ceo)

    page.keyboard.press("/")
    page.keyboard.type("jok/")

    expect(page.get_by_label("Words in comments")).to_have_value("jok/")
    assert page.url.endswith("/answers/")


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")], ids=["phone", "desktop"])
@pytest.mark.parametrize("path", ["?rows=language", "?rows=language&columns=survey"])
def test_breakdowns_are_accessible_and_fit(open_page, assert_accessible, ceo, viewport, scheme, path):
    version = version_of()
    for scores in ([10] * 40, [0] * 40, [8] * 6):
        answer(version, scores)
        version = version_of()

    page = open_page(f"/dashboard/crossed/{path}", user=ceo, viewport=viewport, scheme=scheme)

    assert fits(page)
    expect(page.get_by_role("table")).to_have_count(1)
    assert_accessible(page)


def test_a_long_list_is_chosen_from_by_typing(open_page, assert_accessible, ceo):
    version = version_of()
    products = Product.objects.bulk_create(Product(name=f"Chair {number}") for number in range(60))
    answer(version, [9] * 5, product=products[12])
    page = open_page("/dashboard/crossed/?rows=product", user=ceo)
    page.get_by_text("More filters").click()
    box = page.get_by_role("combobox", name="Product")

    box.press_sequentially("chair 1")
    page.locator("[role=option]").nth(3).wait_for()
    assert_accessible(page)
    for _time in range(3):
        box.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]").text_content()
    box.press("Escape")
    expect(page.locator("[role=option]:visible")).to_have_count(0)
    box.fill("chair 12")
    page.locator("[role=option]", has_text="Chair 12").wait_for()
    box.press("ArrowDown")
    box.press("Enter")

    assert chosen == "Chair 11"
    expect(box).to_have_value("Chair 12")
    box.press("Enter")
    page.wait_for_url("**product=Chair+12**")
    assert page.get_by_role("cell", name="5").count() >= 1
