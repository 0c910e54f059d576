"""How a number moves and how it came about: for everybody, with scripts and without, on a phone and on a screen."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts import clock
from surveys.models import Invitation
from tests.analytics.answers import answer, ask, scores, version_of
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.factories import ProductFactory, TeamFactory, UserFactory

PAGES = pytest.mark.parametrize(
    ("viewport", "scheme"),
    [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")],
    ids=["phone light", "phone dark", "desktop light", "desktop dark"],
)


@pytest.fixture
def past(ceo):
    """Half a year in which the question was put anew, and one manager's customers were held back."""
    version, now = version_of(), clock.now()
    anna, ben = (UserFactory(name=name, team=TeamFactory()) for name in ("Anna", "Ben"))
    for month in range(6, 0, -1):
        if month == 2:
            texts = {"en": {**version.texts["en"], "question": "Would you tell a friend about us?"}}
            version = version.survey.versions.create(number=version.number + 1, texts=texts)
            version.publish()
        for manager in (anna, ben):
            answer(version, scores(6, 2, 2), at=now - timedelta(days=30 * month), manager=manager, team=manager.team)
    held = ask(version, count=30, manager=ben, team=ben.team)
    Invitation.objects.filter(pk__in=[one.pk for one in held]).update(
        status="suppressed", reason="no_address", asked_at=None
    )


@PAGES
def test_moving_windows_are_accessible_and_fit(open_page, assert_accessible, past, ceo, viewport, scheme):
    page = open_page("/dashboard/trend/?period=6m", user=ceo, viewport=viewport, scheme=scheme)

    note = page.get_by_role("listitem").filter(has_text="asks its question in other words")
    expect(note).to_be_visible()
    # The line on the chart has a number, and so has the note.
    expect(note).to_have_css("list-style-type", "decimal")
    assert fits(page)
    assert_accessible(page)


@PAGES
def test_how_numbers_came_about_is_accessible_and_fits(open_page, assert_accessible, past, ceo, viewport, scheme):
    page = open_page("/dashboard/integrity/", user=ceo, viewport=viewport, scheme=scheme)

    expect(page.get_by_text("accuses nobody")).to_be_visible()
    expect(page.get_by_role("heading", name="What stands out")).to_be_visible()
    assert fits(page)
    if viewport == DESKTOP:
        # All checks stand side by side: the heads of their columns wrap.
        assert page.get_by_role("region", name="All managers").evaluate(
            "region => region.scrollWidth <= region.clientWidth"
        )
    assert_accessible(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_long_table_is_searched_and_paged(open_page, assert_accessible, ceo, javascript):
    version = version_of()
    for number in range(27):
        answer(version, [9], product=ProductFactory(name=f"Chair {number:02}"))
    page = open_page("/dashboard/crossed/?rows=product", user=ceo, viewport=DESKTOP, javascript=javascript)

    page.get_by_role("link", name="Next", exact=True).click()
    expect(page.get_by_text("Page 2 of 2")).to_be_visible()
    page.get_by_label("Find a row by its name").fill("chair 26")
    page.get_by_role("button", name="Find", exact=True).click()

    expect(page.get_by_role("rowheader", name="Chair 26")).to_be_visible()
    expect(page.get_by_text("1 of 27")).to_be_visible()
    if javascript:
        assert_accessible(page)
