"""“May I show?”: the judge of all asks decides for who is signed in, a rest of the device for who is not."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from accounts import clock
from crm.models import Consent
from responses.models import WebWidget
from surveys.judging.batches import judge_batch
from surveys.models import AskingPolicy, Hold, Invitation, Judgement
from tests.factories import (
    CompanyFactory,
    ContactFactory,
    InvitationFactory,
    SurveyVersionFactory,
    WebWidgetFactory,
)
from tests.responses.widgets.conftest import Page, token

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact():
    return ContactFactory(external_id="7")


@pytest.fixture
def known_page(widget, contact):
    return Page(widget, token=token("7"))


def test_whoever_comes_by_gets_the_question_and_nothing_is_written(page):
    answer = page.ask()

    content = answer.json()
    assert content["question"].startswith("How likely")
    assert [one["value"] for one in content["scores"]] == list(range(11))
    assert answer.headers["Cache-Control"] == "no-store"
    assert not Invitation.objects.exists()


def test_a_device_is_left_alone_once_it_was_asked(page, widget):
    page.ask()
    assert page.show().json()["rest"] == 90 * 86400

    no = page.ask()

    assert (no.status_code, no.content) == (204, b"")
    assert no.headers["Cache-Control"] == "private, max-age=86400"
    assert Page(widget, device="e" * 32).ask().status_code == 200


def test_two_windows_of_a_device_show_it_once(page, widget):
    other = Page(widget)
    page.ask()
    other.ask()

    assert [page.show().status_code, other.show().status_code] == [200, 409]


def test_whoever_is_signed_in_was_asked_from_when_it_is_shown(known_page, contact):
    assert known_page.ask().status_code == 200
    assert not Invitation.objects.exists()

    assert known_page.show().status_code == 200

    ask = Invitation.objects.get()
    assert (ask.contact, ask.status, ask.origin, ask.medium) == (contact, "delivered", "widget", "")
    assert (ask.asked_at, ask.remind_at, ask.fall_back_at) == (ask.queued_at, None, None)
    assert Judgement.objects.get().verdict == "ask"
    assert known_page.ask().status_code == 204


def test_looking_twice_with_one_ticket_asks_once(known_page):
    known_page.ask()
    ticket = known_page.ticket
    known_page.show()
    known_page.show()
    known_page.ticket = ticket

    assert known_page.show().status_code == 409
    assert Invitation.objects.count() == 1


def test_a_letter_sent_lately_keeps_the_question_away(known_page, contact):
    now = clock.now()
    InvitationFactory(contact=contact, status="sent", queued_at=now, asked_at=now, sent_at=now)

    no = known_page.ask()

    assert no.status_code == 204
    assert no.headers["Cache-Control"].startswith("private, max-age=")


def test_what_was_shown_keeps_the_next_letter_back(known_page, contact):
    known_page.ask()
    known_page.show()
    letter = InvitationFactory(contact=contact, status="planned", version=SurveyVersionFactory())

    judge_batch(limit=10, now=clock.now())

    letter.refresh_from_db()
    assert (letter.status, letter.reason) == ("suppressed", "kind_clock")


def test_the_budget_of_the_company_counts_pages_too(widget):
    policy = AskingPolicy.current()
    policy.company_budget = 1
    policy.save()
    company = CompanyFactory()
    ContactFactory(external_id="7", company=company)
    ContactFactory(external_id="8", company=company)
    first, second = Page(widget, token=token("7")), Page(widget, token=token("8"))
    first.ask()
    second.ask()

    assert [first.show().status_code, second.show().status_code] == [200, 409]
    assert second.ask().status_code == 204


@pytest.mark.parametrize("what", ["do_not_contact", "objected", "hold", "paused"])
def test_the_judge_refuses(known_page, contact, widget, what):
    if what == "do_not_contact":
        contact.do_not_contact_at, contact.do_not_contact_reason = clock.now(), "asked_staff"
        contact.save()
    elif what == "objected":
        Consent.objects.create(contact=contact, medium="email", use="surveys", status="objected")
    elif what == "hold":
        Hold.objects.create(contact=contact, cause="a call")
    else:
        type(widget.survey).objects.filter(pk=widget.survey_id).update(status="paused")

    assert known_page.ask().status_code == 204
    assert not Invitation.objects.exists()


def test_a_refusal_between_asking_and_showing_holds(known_page, contact):
    known_page.ask()
    contact.do_not_contact_at, contact.do_not_contact_reason = clock.now(), "asked_staff"
    contact.save()

    assert known_page.show().json()["error"]["code"] == "do_not_contact"
    assert not Invitation.objects.exists()


def test_a_button_that_somebody_presses_asks_nobody(widget, contact):
    WebWidget.objects.update(shape="button")
    now = clock.now()
    InvitationFactory(contact=contact, status="sent", queued_at=now, asked_at=now, sent_at=now)
    page = Page(widget, token=token("7"))

    response = page.give(4)

    assert response.contact == contact
    assert Invitation.objects.count() == 1


def test_only_who_is_signed_in(widget, contact):
    WebWidget.objects.update(only_signed_in=True)

    assert Page(widget).ask().status_code == 204
    assert Page(widget, token=token("7")).ask().status_code == 200


def test_a_survey_that_asks_nobody_is_not_shown(page, widget):
    page.ask()
    WebWidget.objects.update(is_active=False)

    assert page.get("rules").json() == {"closed": True}
    assert page.ask().headers["Cache-Control"] == "private, max-age=300"
    assert page.show().status_code == 409


def test_the_language_is_that_of_the_page_then_of_the_contact_then_of_the_browser(widget, contact):
    contact.language = "lt"
    contact.save()
    page = Page(widget, token=token("7"))

    assert page.ask(language="uk").json()["language"] == "uk"
    assert page.ask().json()["language"] == "lt"
    page.token = ""
    page.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "ru-RU,ru;q=0.9"
    assert page.ask().json()["language"] == "ru"


def test_a_record_that_was_merged_is_the_other_one(widget, contact):
    other = ContactFactory()
    type(contact).objects.filter(pk=contact.pk).update(merged_into=other)

    assert Page(widget, token=token("7")).give(9).contact == other


@pytest.mark.django_db(transaction=True)
def test_two_pages_at_once_ask_once():
    widget = WebWidgetFactory()
    ContactFactory(external_id="7")
    pages = [Page(widget, token=token("7")) for _number in range(4)]
    for page in pages:
        page.ask()
    found, begin = [], threading.Barrier(4)

    def show(page):
        begin.wait()
        try:
            found.append(page.show().status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=show, args=[page]) for page in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == [200, 409, 409, 409]
    assert Invitation.objects.count() == 1


def test_the_clock_ends(known_page, time_machine):
    known_page.ask()
    known_page.show()
    time_machine.move_to(clock.now() + timedelta(days=400), tick=False)
    known_page.token = token("7")

    assert known_page.ask().status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("privacy_url", "https://shop.example/new", lambda told: told["privacy"]),
        ("name", "Other & Co", lambda told: told["brand"]),
        ("colour", "#aa0000", lambda told: told["colours"]["brand"]),
    ],
)
def test_what_changed_of_the_brand_is_shown_at_the_next_question(page, widget, field, value, shown):
    assert shown(page.ask().json()) != value

    type(widget.survey.brand).objects.update(**{field: value})

    assert shown(page.ask(device="e" * 32).json()) == value
