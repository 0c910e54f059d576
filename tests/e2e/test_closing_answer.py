"""A customer says whether it is solved, on a phone and at a desk, by hand, by keyboard and without scripts."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from accounts import clock
from followups.closing import dispatch
from followups.models import ClosingLetter
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.e2e.test_inbox import followup as worked_on


@pytest.fixture
def letter(owner):
    followup = worked_on(owner)
    followup.resolve(by=owner, root_cause="", resolution="Repaid.", outcome="saved")
    return dispatch.write(followup=followup, subject="S", words="We repaid you.\nTwice.", key=uuid4(), by=owner)


def said(letter):
    return ClosingLetter.objects.values_list("answer", "verdict", "is_held").get(pk=letter.pk)


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_and_is_accessible_at_each_step(open_page, assert_accessible, letter, viewport, scheme):
    page = open_page(f"/c/{letter.token}/", viewport=viewport, scheme=scheme)
    assert fits(page)
    assert_accessible(page)

    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("alert")).to_have_text("Choose yes or no, then send it.")
    assert_accessible(page)

    page.get_by_role("radio", name="Yes, it is solved").click()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have received your answer.")
    assert fits(page)
    assert_accessible(page)
    assert page.context.cookies() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["unknown", "expired"])
def test_links_that_lead_nowhere_are_accessible(open_page, assert_accessible, letter, scheme, kind):
    ClosingLetter.objects.update(expires_at=clock.now())

    page = open_page("/c/no-such-token/" if kind == "unknown" else f"/c/{letter.token}/", viewport=PHONE, scheme=scheme)

    expect(page.get_by_role("heading", level=1)).to_have_text(
        {"unknown": "This link does not work", "expired": "This question has closed"}[kind]
    )
    assert fits(page)
    assert_accessible(page)
    # The browser's console calls 404 and 410 errors; here they are what was asked for.
    open_page.troubles[:] = [trouble for trouble in open_page.troubles if "the server responded with" not in trouble]


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_a_person_says_no_with_and_without_scripts(open_page, letter, javascript):
    page = open_page(f"/c/{letter.token}/?solved=no", viewport=PHONE, javascript=javascript)
    expect(page.get_by_role("radio", name="No, not yet")).to_be_checked()
    if not javascript:
        page.wait_for_timeout(1100)  # without scripts only the time tells a person from a machine

    page.get_by_role("button", name="Send my answer").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have received your answer.")
    assert said(letter) == ("no", "human" if javascript else "unsure", False)


def test_keyboard_alone_answers(open_page, letter):
    page = open_page(f"/c/{letter.token}/")

    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have received your answer.")
    assert said(letter) == ("no", "human", False)


@pytest.mark.parametrize("broken", [(502, "<p>Bad gateway</p>"), (200, "<p>Log in to this network</p>")])
def test_what_breaks_on_the_way_takes_nothing_that_was_typed(open_page, letter, broken):
    page = open_page(f"/c/{letter.token}/?solved=no")
    expect(page.get_by_text("“No, not yet” is marked and not sent yet.")).to_be_visible()
    page.get_by_label("Anything to add?").fill("The money is missing.")
    status, body = broken
    page.route(f"**/c/{letter.token}/", lambda route: route.fulfill(status=status, content_type="text/html", body=body))

    page.get_by_role("button", name="Send my answer").click()

    expect(page.get_by_role("alert")).to_have_text("That could not be sent. Check your connection and try again.")
    expect(page.get_by_label("Anything to add?")).to_have_value("The money is missing.")
    page.unroute(f"**/c/{letter.token}/")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have received your answer.")
    assert said(letter) == ("no", "human", False)
    # The browser's console calls the broken answer an error; here it is what was asked for.
    open_page.troubles[:] = [trouble for trouble in open_page.troubles if "the server responded with" not in trouble]


def test_what_was_sent_into_a_crowd_is_still_there_to_be_sent_again(open_page, letter, monkeypatch):
    page = open_page(f"/c/{letter.token}/?solved=no", viewport=PHONE)
    page.get_by_label("Anything to add?").fill("The money is missing.")
    monkeypatch.setattr("responses.page.links.FLOOD", 0)

    page.get_by_role("button", name="Send my answer").click()

    expect(page.get_by_role("alert")).to_contain_text("Everything you wrote is still here")
    assert fits(page)
    monkeypatch.undo()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have received your answer.")
    assert ClosingLetter.objects.get(pk=letter.pk).comment == "The money is missing."
    open_page.troubles[:] = [trouble for trouble in open_page.troubles if "the server responded with" not in trouble]
