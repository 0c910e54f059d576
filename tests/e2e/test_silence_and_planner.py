"""The silent and the planner can be read by everybody, with scripts and without, on a phone and on a screen."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts import clock
from crm.models import Profile
from tests.analytics.answers import answer, ask, scores, version_of
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.factories import TeamFactory, TouchpointFactory, UserFactory

PAGES = pytest.mark.parametrize(
    ("viewport", "scheme"),
    [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")],
    ids=["phone light", "phone dark", "desktop light", "desktop dark"],
)


@pytest.fixture
def past(ceo):
    """Sixteen weeks in which the small answer more often than the large, and deals were won."""
    version, now = version_of(), clock.now()
    small, large = (Profile.objects.create(region="Kyiv", size_band=size) for size in ("1-9", "250-999"))
    anna = UserFactory(name="Anna", team=TeamFactory())
    facts = {"manager": anna, "team": anna.team}
    for week in range(16):
        moment = now - timedelta(weeks=week, days=3)
        answer(version, scores(4, 1, 1), asked_at=moment, at=moment + timedelta(hours=5), profile=small, **facts)
        answer(version, scores(1, 1, 1), asked_at=moment, at=moment + timedelta(days=2), profile=large, **facts)
        ask(version, count=9, at=moment, profile=small, **facts)
        ask(version, count=22, at=moment, profile=large, **facts)
        TouchpointFactory(occurred_at=moment - timedelta(days=5), manager=anna)


@PAGES
def test_the_silent_are_accessible_and_fit(open_page, assert_accessible, past, ceo, viewport, scheme):
    page = open_page("/dashboard/silence/?period=90d", user=ceo, viewport=viewport, scheme=scheme)

    expect(page.get_by_role("img", name="under each assumption")).to_have_count(1)
    expect(page.get_by_role("img", name="by days after the ask")).to_have_count(1)
    assert fits(page)
    assert_accessible(page)


@PAGES
def test_the_planner_is_accessible_and_fits(open_page, assert_accessible, past, ceo, viewport, scheme):
    page = open_page("/dashboard/planner/?answers=40", user=ceo, viewport=viewport, scheme=scheme)

    expect(page.locator('[data-month="40"]')).to_be_visible()
    assert fits(page)
    if viewport == DESKTOP:
        table = page.get_by_role("region", name="What is seen of each")
        assert table.evaluate("region => region.scrollWidth <= region.clientWidth")
    assert_accessible(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_plan_is_tried_and_mended(open_page, past, ceo, javascript):
    page = open_page("/dashboard/planner/", user=ceo, javascript=javascript)
    page.get_by_label("Answers a month").fill("40")
    page.get_by_label("Share asked, %").fill("50")
    page.get_by_role("button", name="Calculate").click()

    expect(page.get_by_text("Empty the others.")).to_be_visible()
    # The page that refuses says so in its status as well.
    open_page.troubles[:] = [trouble for trouble in open_page.troubles if "400" not in trouble]
    expect(page.get_by_label("Answers a month")).to_have_value("40")
    page.get_by_label("Share asked, %").fill("")
    page.get_by_label("Months in a period").fill("1")
    page.get_by_role("button", name="Calculate").click()

    expect(page.locator('[data-plan="40"]')).to_be_visible()


def test_a_goal_is_typed_and_told(open_page, past, ceo):
    page = open_page("/dashboard/silence/?period=90d", user=ceo, viewport=DESKTOP)
    page.get_by_label("Goal").fill("-20")
    page.get_by_role("button", name="Show").click()

    expect(page.get_by_text("your goal")).to_be_visible()
    expect(page.get_by_text("−20").first).to_be_visible()
