"""On a phone in Ukrainian staff ask, call and write down, by keyboard and without scripts; every page is accessible."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts import clock
from responses.models import FurtherAnswer, Response, StaffEntry
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.factories import ContactFactory, DealFactory, InvitationFactory, SurveyVersionFactory, TouchpointFactory
from tests.responses.further.asked import QUESTIONS


@pytest.fixture
def asked(owner, teammate):
    """A customer of the team who did not answer a letter of nine days ago."""
    owner.language = "uk"
    owner.save()
    contact = ContactFactory(first_name="Олена", last_name="Коваль", phone="+380501234567", language="uk")
    deal = DealFactory(contact=contact, manager=teammate)
    TouchpointFactory(contact=contact, deal=deal, manager=teammate)
    at = clock.now() - timedelta(days=9)
    version = SurveyVersionFactory(survey__brand__languages=["uk", "en"])
    facts = {"asked_at": at, "queued_at": at, "planned_at": at, "manager": teammate}
    return InvitationFactory(contact=contact, version=version, **facts)


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light")])
def test_the_pages_fit_and_are_accessible(open_page, live_server, assert_accessible, owner, asked, viewport, scheme):
    addresses = (f"/contacts/{asked.contact_id}/ask/", "/calls/", "/paper/", "/remarks/", "/remarks/new/")
    page = open_page("/calls/", user=owner, viewport=viewport, scheme=scheme, locale="uk")
    page.locator("form[action$='/claim/'] button").click()
    for address in addresses:
        page.goto(live_server.url + address)

        assert fits(page), address
        ours = list(open_page.troubles)
        assert_accessible(page)
        open_page.troubles[:] = ours


@pytest.mark.parametrize("javascript", [True, False])
def test_a_call_is_taken_asked_and_written_down_by_keyboard(open_page, owner, asked, javascript):
    page = open_page("/calls/", user=owner, viewport=PHONE, locale="uk", javascript=javascript)
    page.locator("form[action$='/claim/'] button").focus()
    page.keyboard.press("Enter")
    page.locator("a[href*='/ask/']").focus()
    page.keyboard.press("Enter")
    page.locator("input[name=score][value='0']").focus()
    for _time in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator("input[name=score][value='3']")).to_be_checked()
    expect(page.locator(".aloud__why--bad")).to_be_visible()
    expect(page.locator(".aloud__why--good")).to_be_hidden()
    page.locator("textarea[name=comment]").focus()
    page.keyboard.type("Довго чекали.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.wait_for_url("**/calls/")
    assert Response.objects.values_list("score", "medium", "comment").get() == (3, "telephone", "Довго чекали.")
    assert StaffEntry.objects.get().invitation == asked


def test_further_questions_of_another_score_are_not_asked(open_page, owner, asked):
    SurveyVersionFactory(survey=asked.survey, questions=QUESTIONS)
    page = open_page(f"/contacts/{asked.contact_id}/ask/?language=en", user=owner, viewport=PHONE, javascript=False)
    page.locator("input[name=score][value='3']").check(force=True)
    expect(page.get_by_role("group", name="What should we mend?")).to_be_visible()
    expect(page.get_by_label("Anything for")).to_be_hidden()
    page.get_by_role("group", name="What should we mend?").get_by_role("checkbox", name="Delivery").check()
    page.locator("input[name=score][value='9']").check(force=True)
    expect(page.get_by_role("group", name="What should we mend?")).to_be_hidden()
    page.get_by_label("Anything for").fill("Thanks")
    page.get_by_role("group", name="How easy").get_by_role("radio", name="4").check()
    page.locator(".aloud__send").click()

    page.wait_for_url(f"**/contacts/{asked.contact_id}/")
    assert sorted(FurtherAnswer.objects.values_list("key", flat=True)) == ["scale0", "words0"]


def test_sheets_are_typed_in_without_the_mouse(open_page, owner, asked):
    page = open_page("/paper/?batch=Fair", user=owner, viewport=DESKTOP, locale="uk")
    for number, score in enumerate(("9", "4"), start=1):
        expect(page.locator("input[name=score]")).to_be_focused()
        page.keyboard.type(score)
        page.keyboard.press("Tab")
        page.keyboard.type("1")
        page.keyboard.press("Enter")
        expect(page.locator("#typed")).to_contain_text(str(number))

    assert list(Response.objects.order_by("pk").values_list("score", flat=True)) == [9, 4]
