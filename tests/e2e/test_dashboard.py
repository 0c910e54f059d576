from datetime import timedelta

import pytest

from accounts import clock
from tests.analytics.answers import answer, ask, scores, version_of
from tests.e2e.conftest import DESKTOP, PHONE
from tests.factories import ChannelFactory, ProductFactory, TeamFactory, UserFactory

PAGES = pytest.mark.parametrize(
    ("viewport", "scheme"),
    [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")],
    ids=["phone light", "phone dark", "desktop light", "desktop dark"],
)


@pytest.fixture
def ceo(transactional_db):
    return UserFactory(email="ceo@plumb.example", name="Ceo", is_superuser=True)


@pytest.fixture
def numbers(ceo):
    """Two managers, a strong one and a weak one, over four months."""
    version, now = version_of(), clock.now()
    channel, product = ChannelFactory(name="Phone"), ProductFactory(name="Desk")
    for name, found in {"Anna": scores(30, 10, 5), "Bohdan": scores(10, 10, 25), "New": scores(6, 0, 0)}.items():
        manager = UserFactory(name=name, team=TeamFactory())
        for months in range(4):
            facts = {"manager": manager, "team": manager.team, "channel": channel, "product": product}
            moment = now - timedelta(days=30 * months, hours=1)
            answer(version, found, at=moment, comment="They called back at once." if months == 0 else "", **facts)
            ask(version, count=40, at=moment, **facts)


@PAGES
def test_the_dashboard_is_accessible_and_fits(open_page, assert_accessible, numbers, ceo, viewport, scheme):
    page = open_page("/dashboard/", user=ceo, viewport=viewport, scheme=scheme)

    assert page.get_by_role("img", name="NPS over time").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    for closed in page.locator("details").all():
        closed.locator("summary").click()
    assert_accessible(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_manager_narrows_and_orders_the_numbers(open_page, numbers, ceo, javascript):
    page = open_page("/dashboard/", user=ceo, javascript=javascript)
    assert page.locator("[data-answers]").inner_text() == "384"

    page.get_by_label("Manager", exact=True).select_option("Bohdan")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**manager=*")
    assert page.locator("[data-answers]").inner_text() == "180"
    assert page.locator("[data-value]").inner_text() == "−33.3"

    page.get_by_label("Manager", exact=True).select_option("All managers")
    page.get_by_role("button", name="Show").click()
    page.locator("#managers").get_by_role("link", name="Detractors").click()
    page.wait_for_url("**managers=-bad*")
    rows = page.locator("#managers tbody th").all_inner_texts()
    assert [row.split()[0] for row in rows] == ["Bohdan", "Anna", "New"]


def test_own_dates_appear_when_they_matter(open_page, numbers, ceo):
    page = open_page("/dashboard/", user=ceo)
    first = page.get_by_label("First day")
    assert first.is_hidden()

    page.get_by_label("Period").select_option("Own dates")
    first.fill((clock.now() - timedelta(days=10)).date().isoformat())
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**period=own*")

    assert page.locator("[data-answers]").inner_text() == "96"
    assert page.get_by_label("First day").is_visible()


def test_own_dates_are_always_there_without_scripts(open_page, numbers, ceo):
    page = open_page("/dashboard/", user=ceo, javascript=False)

    assert page.get_by_label("First day").is_visible()
