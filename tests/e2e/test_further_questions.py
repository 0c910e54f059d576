"""Further questions on a phone: by keys alone, without scripts, read by a screen reader, and read by managers."""

import pytest
from playwright.sync_api import expect

from responses import further_answers
from responses.further_answers import Given
from responses.models import FurtherAnswer
from tests.analytics.answers import answer
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.factories import InvitationFactory
from tests.responses.further.asked import QUESTIONS, version


@pytest.fixture
def invitation(transactional_db):
    return InvitationFactory(version=version(), language="en")


def said():
    return {row.key: (row.options, row.number, row.words) for row in FurtherAnswer.objects.all()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_they_fit_and_are_accessible(open_page, assert_accessible, invitation, viewport, scheme):
    page = open_page(invitation.path, viewport=viewport, scheme=scheme)
    page.get_by_role("radio", name="2", exact=True).check(force=True)
    page.locator("[data-send]").click()

    expect(page.get_by_role("group", name="What should we mend?")).to_be_visible()
    assert fits(page)
    assert_accessible(page)


def test_they_are_answered_by_keys_alone(open_page, invitation):
    page = open_page(invitation.path, viewport=PHONE)
    page.get_by_role("radio", name="3", exact=True).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="Friends").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("group", name="What should we mend?").get_by_role("checkbox", name="Delivery").focus()
    page.keyboard.press("Space")
    page.get_by_role("radio", name="1, Hard").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.get_by_role("checkbox", name="Yes, please call me").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("+370 600 00000, after five")
    page.keyboard.press("Enter")
    expect(page.locator(".tick")).to_be_visible()

    assert said() == {
        "single": (["3"], None, ""),
        "many00": (["1"], None, ""),
        "scale0": ([], 2, ""),
        "call00": ([], 1, "+370 600 00000, after five"),
    }


def test_they_are_answered_without_scripts(open_page, invitation):
    page = open_page(invitation.path, javascript=False, viewport=PHONE)
    page.get_by_role("radio", name="9", exact=True).check(force=True)
    page.wait_for_timeout(1100)
    page.get_by_role("button", name="Send my").click()
    page.get_by_label("Anything for").fill("Thank you")
    page.wait_for_timeout(1100)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".tick")).to_be_visible()

    assert said() == {"words0": ([], None, "Thank you")}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_managers_read_them(open_page, assert_accessible, ceo, scheme):
    for response in answer(version(QUESTIONS[:2]), [2, 9, 9, 10, 3, 8]):
        said = [Given("single", options=("1",)), Given("many00", options=("1", "3"))]
        further_answers.record(response.pk, said, language="en")
    page = open_page("/dashboard/questions/", user=ceo, viewport=PHONE, scheme=scheme)
    expect(page.get_by_role("heading", name="How did you hear of")).to_be_visible()
    assert fits(page)
    assert_accessible(page)


def test_whoever_takes_the_tick_away_again_wants_no_call(open_page, invitation):
    page = open_page(invitation.path, viewport=PHONE)
    page.get_by_role("radio", name="3", exact=True).check(force=True)
    page.locator("[data-send]").click()
    wish = page.get_by_role("checkbox", name="Yes, please call me")
    wish.check(force=True)
    page.get_by_label("Phone, and when").fill("+370 600 00000")

    wish.uncheck(force=True)
    expect(page.get_by_label("Phone, and when")).to_have_value("")
    page.get_by_role("radio", name="Friends").check(force=True)
    page.locator("form .send").last.click()
    expect(page.locator(".tick")).to_be_visible()

    assert said() == {"single": (["1"], None, "")}
