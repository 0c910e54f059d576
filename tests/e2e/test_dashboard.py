from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts import clock
from tests.analytics.answers import answer, ask, scores, version_of
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.factories import ChannelFactory, ProductFactory, TeamFactory, UserFactory

PAGES = pytest.mark.parametrize(
    ("viewport", "scheme"),
    [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")],
    ids=["phone light", "phone dark", "desktop light", "desktop dark"],
)


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

    expect(page.get_by_role("img", name="NPS over time")).to_have_count(1)
    assert fits(page)
    for summary in page.locator("details > summary").all():
        if summary.is_visible():
            summary.click()
    assert_accessible(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_manager_narrows_and_orders_the_numbers(open_page, numbers, ceo, javascript):
    page = open_page("/dashboard/", user=ceo, javascript=javascript)
    expect(page.locator("[data-answers]")).to_have_text("384")

    page.get_by_label("Manager", exact=True).select_option("Bohdan")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**manager=*")
    expect(page.locator("[data-answers]")).to_have_text("180")
    expect(page.locator("[data-value]")).to_have_text("−33.3")

    page.get_by_label("Manager", exact=True).select_option("All managers")
    page.get_by_role("button", name="Show").click()
    page.locator("#managers").get_by_role("link", name="Detractors").click()
    page.wait_for_url("**managers=-bad*")
    rows = page.locator("#managers tbody th").all_inner_texts()
    assert [row.split()[0] for row in rows] == ["Bohdan", "Anna", "New"]


def test_own_dates_appear_when_they_matter(open_page, numbers, ceo):
    page = open_page("/dashboard/", user=ceo)
    first = page.get_by_label("First day")
    expect(first).to_be_hidden()

    page.get_by_label("Period").select_option("Own dates")
    first.fill((clock.now() - timedelta(days=10)).date().isoformat())
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**period=own*")

    expect(page.locator("[data-answers]")).to_have_text("96")
    expect(page.get_by_label("First day")).to_be_visible()


def test_own_dates_are_always_there_without_scripts(open_page, numbers, ceo):
    page = open_page("/dashboard/", user=ceo, javascript=False)

    expect(page.get_by_label("First day")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_on_a_phone_the_number_comes_first_and_the_filters_are_a_key_away(open_page, numbers, ceo, javascript):
    page = open_page("/dashboard/?period=90d", user=ceo, viewport=PHONE, javascript=javascript)
    number, summary = page.locator("[data-value]"), page.locator(".dashboard__filters > summary")

    box = number.bounding_box()
    assert box["y"] + box["height"] < PHONE["height"]
    expect(summary).to_have_text("Filters · 1 set")
    expect(page.get_by_label("Manager", exact=True)).to_be_hidden()

    summary.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Manager", exact=True).select_option("Bohdan")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**manager=*")

    expect(summary).to_have_text("Filters · 2 set")
    expect(page.get_by_label("Manager", exact=True)).to_be_hidden()


# How wide the chosen words of a list are, and how much of the list is left for them beside its arrow.
ROOM = """
(list) => {
  const words = document.createElement("span"), style = getComputedStyle(list);
  words.textContent = list.selectedOptions[0].textContent;
  words.style.cssText = `font: ${style.font}; position: absolute; white-space: nowrap`;
  document.body.append(words);
  const width = words.getBoundingClientRect().width;
  words.remove();
  return [width, list.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)];
}
"""


@pytest.mark.parametrize("language", ["en", "uk", "ru", "lt"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_no_list_cuts_what_is_chosen(open_page, numbers, ceo, viewport, language):
    ceo.language = language
    ceo.save()
    UserFactory(name="Oleksandra Kostiantynivna-Verbytska", team=TeamFactory(name="Key accounts of the north-east"))
    page = open_page("/dashboard/", user=ceo, viewport=viewport)
    if page.locator(".dashboard__filters > summary").is_visible():
        page.locator(".dashboard__filters > summary").click()

    for list_ in page.locator(".dashboard__filters select").all():
        for option in list_.locator("option").all():
            list_.select_option(option.get_attribute("value"))
            words, room = list_.evaluate(ROOM)
            assert words <= room, option.inner_text()


def test_a_label_says_what_it_means_and_leads_to_its_definition(open_page, numbers, ceo):
    page = open_page("/dashboard/", user=ceo)
    label = page.locator("#managers").get_by_role("link", name="few answers").first

    assert label.get_attribute("title").startswith("5 to 29 answers")
    label.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#about-few-answers")
    definition = page.locator("#about-few-answers").bounding_box()
    assert 0 <= definition["y"] < DESKTOP["height"]
