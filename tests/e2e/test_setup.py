"""The stop-watch of setting up: from an empty installation to a trigger that is switched on, each action counted."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts import clock
from onboarding.models import Pulse
from surveys.models import Survey, Trigger
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.factories import BrandFactory, ContactFactory, SurveyVersionFactory, TouchpointFactory, TriggerFactory

MOST_ACTIONS = 40


class Hand:
    """One person's hand: every click, filled field, choice and key counts."""

    def __init__(self, page):
        self.page, self.actions = page, 0

    def click(self, role, name, **options):
        self.actions += 1
        self.page.get_by_role(role, name=name, **options).first.click()

    def fill(self, label, text):
        self.actions += 1
        self.page.get_by_label(label, exact=True).fill(text)

    def choose(self, label, option):
        self.actions += 1
        self.page.get_by_label(label, exact=True).select_option(label=option)


@pytest.fixture
def looked_at(open_page, assert_accessible):
    """Return a function that holds a page of ours to axe and to its width."""

    def look(page):
        ours = list(open_page.troubles)
        assert_accessible(page)
        open_page.troubles[:] = ours
        assert fits(page)

    return look


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_from_nothing_to_a_trigger_that_is_switched_on(open_page, looked_at, administrator, client, viewport):
    Pulse.keep()
    # The first page of a process compiles the templates: that is not what the watch stops.
    client.force_login(administrator)
    client.get("/setup/")
    page = open_page("/", user=administrator, viewport=viewport)
    hand = Hand(page)
    expect(page.get_by_role("heading", level=1, name="Set-up")).to_be_visible()
    expect(page.get_by_text("5 steps are open.")).to_be_visible()
    looked_at(page)

    hand.click("link", "Add a brand", exact=True)
    hand.fill("Name:", "Alder")
    if page.get_by_label("Code:", exact=True).input_value() != "alder":
        hand.fill("Code:", "alder")
    hand.fill("Postal address:", "Gedimino 1, Vilnius")
    hand.fill("Privacy notice:", "https://alder.example/privacy")
    hand.click("button", "Save", exact=True)
    hand.click("link", "Set-up", exact=True)
    expect(page.get_by_text("“Alder” with its legal lines, in 4 languages.")).to_be_visible()

    hand.click("link", "Add a survey", exact=True)
    hand.click("button", "Save", exact=True)
    hand.click("link", "Set-up", exact=True)
    hand.click("link", "Read the draft and publish it", exact=True)
    hand.click("button", "Save and publish")
    hand.click("link", "Set-up", exact=True)
    expect(page.get_by_text("The wording of “After a deal is won” is published.")).to_be_visible()

    hand.click("link", "Welcome colleagues")
    looked_at(page)
    hand.fill("Addresses", "Ona Petraitė <ona@alder.example>\njonas@alder.example\nnobody")
    hand.choose("Role", "Agents")
    hand.click("button", "Send the letters")
    expect(page.get_by_role("alert")).to_contain_text("nobody")
    looked_at(page)
    hand.fill("Addresses", "nobody@alder.example")
    hand.click("button", "Send the letters")
    expect(page.get_by_text("4 people work here.")).to_be_visible()

    hand.click("link", "Try the mail server")
    looked_at(page)
    hand.click("link", "Set-up", exact=True)

    hand.click("link", "Add a trigger", exact=True)
    hand.click("button", "Save", exact=True)
    hand.click("link", "Set-up", exact=True)
    hand.click("button", "Switch it on")

    expect(page.get_by_text("“5 days after a deal is won” asks from now on.")).to_be_visible()
    looked_at(page)
    print(f"\n{hand.actions} actions from an empty installation to a trigger that is switched on")
    assert hand.actions <= MOST_ACTIONS
    trigger = Trigger.objects.get()
    assert trigger.is_active
    assert trigger.delay == timedelta(days=5)
    assert trigger.survey.status == Survey.Status.ACTIVE


def test_it_is_done_without_scripts_and_by_keys_alone(open_page, administrator):
    trigger = TriggerFactory(survey=SurveyVersionFactory(survey__status="draft").survey, is_active=False)
    page = open_page("/setup/", user=administrator, viewport=PHONE, javascript=False)

    page.locator("summary").last.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Dry run in full")).to_be_visible()
    page.get_by_role("button", name="Switch it on").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status").last).to_contain_text("asks from now on.")
    trigger.refresh_from_db()
    assert trigger.is_active


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"])
def test_everything_unfolded_fits_and_is_accessible(open_page, looked_at, administrator, viewport, scheme):
    BrandFactory(name="A brand with a rather long name", privacy_url="https://alder.example/" + "privacy" * 12)
    TriggerFactory(survey=SurveyVersionFactory(survey__status="draft").survey, is_active=False)
    for contact in (ContactFactory(), ContactFactory(email="")):
        TouchpointFactory(contact=contact, occurred_at=clock.now() - timedelta(days=20))
    page = open_page("/setup/", user=administrator, viewport=viewport, scheme=scheme)

    for summary in page.locator("summary").all():
        summary.click()

    expect(page.get_by_text("it would have asked 1 of 2.")).to_be_visible()
    looked_at(page)


def test_the_dashboard_leads_there_until_all_is_done(open_page, looked_at, administrator):
    TriggerFactory(survey=SurveyVersionFactory().survey)
    page = open_page("/", user=administrator, viewport=PHONE)

    card = page.get_by_role("region", name="Set-up")
    expect(card).to_contain_text("Company and brand")
    looked_at(page)
    card.get_by_role("link", name="Go on setting up").click()

    page.wait_for_url("**/setup/")
