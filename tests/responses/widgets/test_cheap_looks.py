"""Looking at who is signed in costs little: what was asked is looked at first, and a no is kept while it holds."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import clock
from crm.models import Consent
from responses.widgets import doors, known
from surveys.judging import on_page
from surveys.judging.eligibility import Outcome
from surveys.judging.facts import policy_in_force
from surveys.models import AskingPolicy, Hold, Invitation
from tests.factories import CompanyFactory, ContactFactory, InvitationFactory, SurveyFactory, SurveyVersionFactory
from tests.responses.widgets.conftest import Page, token

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_period_ends(monkeypatch):
    """What each process keeps for some seconds is kept for as long as a test lasts."""
    monkeypatch.setattr(on_page, "POLICY_KEPT", 10**9)
    monkeypatch.setattr(known, "KEPT_SECONDS", 10**9)


@pytest.fixture
def contact():
    return ContactFactory(external_id="7", company=CompanyFactory())


@pytest.fixture
def known_page(widget, contact):
    return Page(widget, token=token("7"))


def asked(contact, *, ago=timedelta(0), **more):
    at = clock.now() - ago
    fields = {"status": "answered", "queued_at": at, "asked_at": at, "sent_at": at, "answered_at": at, **more}
    return InvitationFactory(contact=contact, **fields)


def queries(page):
    page.ask()
    with CaptureQueriesContext(connection) as found:
        page.client.get(f"/w/{page.widget.key}/may-show/", {"device": page.device}, **page.headers)
    return len(found)


def test_a_no_of_what_was_asked_lately_costs_two_queries(known_page, contact):
    asked(contact)
    known_page.ask()
    cache.clear()

    assert queries_of_first_look(known_page) == 2


def queries_of_first_look(page):
    cache.clear()
    with CaptureQueriesContext(connection) as found:
        page.client.get(f"/w/{page.widget.key}/may-show/", {"device": page.device}, **page.headers)
    return len(found)


def test_a_yes_costs_nine(known_page):
    known_page.ask()

    assert queries_of_first_look(known_page) == 9


def test_a_kept_no_costs_none(known_page, contact):
    asked(contact)

    assert queries(known_page) == 0


def kept_for(page, monkeypatch):
    """Return what is told to the browser of a no, and for how many seconds it is kept."""
    kept = []
    monkeypatch.setattr(doors.cache, "set", lambda _name, _until, seconds: kept.append(seconds), raising=False)
    answer = page.ask()
    assert answer.status_code == 204
    return int(answer.headers["Cache-Control"].partition("max-age=")[2]), kept[-1]


def test_what_only_time_ends_is_kept_until_then(known_page, contact, monkeypatch):
    asked(contact, ago=timedelta(days=90, hours=-3), version=SurveyVersionFactory())

    told, kept = kept_for(known_page, monkeypatch)

    assert (told, kept) == (pytest.approx(3 * 3600, abs=5), pytest.approx(3 * 3600, abs=5))


def test_it_is_kept_for_a_day_at_most(known_page, contact, monkeypatch):
    asked(contact)

    assert kept_for(known_page, monkeypatch) == (86400, 86400)


@pytest.mark.parametrize("what", ["hold", "do_not_contact", "objected"])
def test_what_may_end_sooner_is_kept_for_minutes(known_page, contact, monkeypatch, what):
    if what == "hold":
        Hold.objects.create(contact=contact, cause="a call")
    elif what == "objected":
        Consent.objects.create(contact=contact, medium="email", use="surveys", status="objected")
    else:
        contact.do_not_contact_at, contact.do_not_contact_reason = clock.now(), "asked_staff"
        contact.save()

    assert kept_for(known_page, monkeypatch) == (86400, 600)


def test_it_asks_again_when_the_time_has_come(known_page, contact, time_machine):
    time_machine.move_to(clock.now())
    known_page.token = token("7")
    asked(contact, ago=timedelta(days=90, hours=-3), version=SurveyVersionFactory())
    assert known_page.ask().status_code == 204

    time_machine.shift(timedelta(hours=2))
    known_page.token = token("7")
    assert known_page.ask().status_code == 204
    time_machine.shift(timedelta(hours=2))
    known_page.token = token("7")

    assert known_page.ask().status_code == 200


def test_another_policy_ends_what_is_kept(known_page, contact):
    asked(contact, ago=timedelta(days=20), version=SurveyVersionFactory())
    assert known_page.ask().status_code == 204
    policy = AskingPolicy.current()
    policy.transactional_days = policy.floor_days = 10
    policy.save()

    assert known_page.ask().status_code == 200


HISTORIES = {
    "nothing": lambda contact, survey: None,
    "an open letter": lambda contact, survey: asked(
        contact, version=survey.versions.get(), status="sent", answered_at=None
    ),
    "an answer": lambda contact, survey: asked(contact, version=survey.versions.get()),
    "an answer long ago": lambda contact, survey: asked(
        contact, ago=timedelta(days=400), version=survey.versions.get()
    ),
    "another survey": lambda contact, survey: asked(contact, version=SurveyVersionFactory()),
    "another kind": lambda contact, survey: asked(
        contact, version=SurveyVersionFactory(survey=SurveyFactory(kind="relational"))
    ),
    "a rival": lambda contact, survey: InvitationFactory(
        contact=contact, status="planned", version=SurveyVersionFactory(survey=SurveyFactory(priority=900))
    ),
    "a failed letter": lambda contact, survey: InvitationFactory(contact=contact, status="failed", reason="bounced"),
    "a hold": lambda contact, survey: Hold.objects.create(contact=contact, cause="a call"),
    "an objection": lambda contact, survey: Consent.objects.create(
        contact=contact, medium="email", use="surveys", status="objected"
    ),
    "another at that address": lambda contact, survey: asked(ContactFactory(email=contact.email)),
}


@pytest.mark.parametrize("history", HISTORIES)
def test_what_is_looked_at_first_says_no_other_than_the_whole_judge(contact, widget, history):
    HISTORIES[history](contact, widget.survey)
    version, now = widget.survey.versions.get(), clock.now()
    on_page.forget()

    looked = on_page.verdict(contact, widget.survey, version, now)
    whole = on_page._judged(on_page._ask(contact, widget.survey, version, {}, now), policy_in_force(), now)

    assert (looked.outcome is Outcome.ASK) == (whole.outcome is Outcome.ASK), whole
    assert not Invitation.objects.filter(origin="widget").exists()
