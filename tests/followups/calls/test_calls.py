"""Whom to call, one person at a time, and what comes of it."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse

from accounts import clock
from crm import suppressions
from crm.models import ContactAddress
from crm.suppressions import No
from followups.calls import desk, waiting
from followups.models import CallTry, CustomerCall
from responses.models import Response, StaffEntry
from surveys.models import Invitation
from tests.factories import ContactFactory, DealFactory, InvitationFactory, SurveyVersionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def unanswered(teammate):
    """A customer of the team who got a letter nine days ago and did not answer."""

    def make(**more):
        contact = ContactFactory(phone=more.pop("phone", "+37060000001"))
        DealFactory(contact=contact, manager=teammate)
        asked_at = clock.now() - timedelta(days=9)
        facts = {"contact": contact, "version": SurveyVersionFactory(), "manager": teammate}
        return InvitationFactory(**facts | {"asked_at": asked_at, "queued_at": asked_at, "planned_at": asked_at} | more)

    return make


def called(user, now=None):
    return [each.invitation for each in waiting.waiting(user, now or clock.now())]


@pytest.fixture
def page(client, owner):
    client.force_login(owner)
    return client


def test_who_has_not_answered_for_a_week_and_whom_nobody_could_write_to_are_called(owner, unanswered):
    letter = unanswered()
    unwritten = unanswered(status="suppressed", reason="no_address", asked_at=None, judged_at=clock.now(), sent_at=None)
    unanswered(asked_at=clock.now() - timedelta(days=3))
    unanswered(status="suppressed", reason="floor", asked_at=None, judged_at=clock.now(), sent_at=None)
    unanswered(phone="")
    unanswered(status="answered")

    assert set(called(owner)) == {letter, unwritten}


def test_nobody_is_called_who_said_no_or_whose_number_does_not_work_or_who_was_asked_aloud(owner, unanswered):
    said_no, dead, spoken = unanswered(), unanswered(phone="+37060000002"), unanswered(phone="+37060000003")
    now = clock.now()
    suppressions.stop({said_no.contact_id: No("asked_staff", now)}, now=now)
    ContactAddress.objects.filter(contact=dead.contact).update(bounced_at=now)
    InvitationFactory(contact=spoken.contact, origin="staff", status="expired")

    assert called(owner) == []


def test_calls_stay_within_the_readers_reach_and_off_their_own_deals(owner, teammate, stranger, unanswered):
    unanswered()

    assert len(called(owner)) == 1
    assert called(stranger) == called(teammate) == []


def test_a_call_is_taken_by_one_and_lies_open_again_when_the_lease_is_over(page, owner, teammate, manager, unanswered):
    letter = unanswered()
    page.post(reverse("call_claim", args=[letter.pk]))

    call = CustomerCall.objects.get()
    assert call.claimed_by == owner
    assert "+370 600 00001" in page.get(reverse("calls")).content.decode()
    with pytest.raises(desk.Taken):
        desk.claim(letter, by=manager, now=clock.now())
    [row] = waiting.waiting(manager, clock.now())
    assert row.is_of_other
    assert desk.claim(letter, by=manager, now=clock.now() + CustomerCall.LEASE).claimed_by == manager
    page.post(reverse("call_tries", args=[call.pk]), {"outcome": "missed"})
    assert CallTry.objects.count() == 0


def test_after_three_tries_without_a_reply_it_is_over(owner, unanswered):
    letter, now = unanswered(), clock.now()
    for number in (1, 2, 3):
        call = desk.claim(letter, by=owner, now=now)
        desk.note(call, "missed", by=owner, now=now)
        call.refresh_from_db()
        assert (call.tries, call.ended_at is None) == (number, number < 3)
        assert [each.invitation for each in waiting.waiting(owner, now)] == []
        now += CustomerCall.AGAIN_AFTER

    assert called(owner) == []
    assert CallTry.objects.count() == 3
    with pytest.raises(desk.Taken):
        desk.claim(letter, by=owner, now=now)


def test_whoever_wants_to_be_called_back_comes_first_then(page, owner, unanswered):
    first, later = unanswered(), unanswered(phone="+37060000002", asked_at=clock.now() - timedelta(days=8))
    page.post(reverse("call_claim", args=[later.pk]))
    call = CustomerCall.objects.get()
    address = reverse("call_tries", args=[call.pk])

    assert "from now on" in page.post(address, {"outcome": "later", "again_at": ""}).content.decode()
    assert "from now on" in page.post(address, {"outcome": "later", "again_at": "2020-01-01T10:00"}).content.decode()
    again = clock.now() + timedelta(days=1)
    page.post(address, {"outcome": "later", "again_at": f"{again:%Y-%m-%dT%H:%M}"})

    assert called(owner) == [first]
    moment = again + timedelta(hours=12)
    assert [each.invitation for each in waiting.waiting(owner, moment)] == [later, first]


def test_a_wrong_number_is_given_up(page, owner, unanswered):
    letter = unanswered()
    page.post(reverse("call_claim", args=[letter.pk]))
    page.post(reverse("call_tries", args=[CustomerCall.objects.get().pk]), {"outcome": "wrong"})

    assert ContactAddress.objects.get(medium="sms").bounced_at is not None
    assert called(owner) == []
    assert "wrong number" in page.get(reverse("contact", args=[letter.contact_id])).content.decode()


@pytest.mark.parametrize(("outcome", "may_be"), [("refused", True), ("never", False)])
def test_whoever_does_not_want_to_answer_is_asked_no_more(page, owner, unanswered, outcome, may_be):
    letter = unanswered(reminders_left=1, remind_at=clock.now())
    page.post(reverse("call_claim", args=[letter.pk]))
    page.post(reverse("call_tries", args=[CustomerCall.objects.get().pk]), {"outcome": outcome})

    letter.refresh_from_db()
    letter.contact.refresh_from_db()
    assert (letter.remind_at, letter.contact.may_be_contacted) == (None, may_be)
    assert Invitation.objects.filter(origin="staff", reason="declined", survey=letter.survey).count() == 1
    assert called(owner) == []


def test_the_answer_ends_the_call_and_leads_back_to_the_list(page, owner, unanswered):
    letter = unanswered()
    page.post(reverse("call_claim", args=[letter.pk]))

    answer = page.post(
        reverse("contact_ask", args=[letter.contact_id]),
        {"survey": letter.survey_id, "mode": "telephone", "score": "7", "key": ""},
    )

    assert answer.url == reverse("calls")
    assert StaffEntry.objects.get().invitation == letter
    assert CustomerCall.objects.get().ended_at is not None
    assert called(owner) == []


def test_more_calls_cost_no_more_queries(page, unanswered, django_assert_max_num_queries):
    unanswered()
    with django_assert_max_num_queries(22) as few:
        page.get(reverse("calls"))
    for number in range(3):
        unanswered(phone=f"+3706000001{number}")
    with django_assert_max_num_queries(len(few)) as _many:
        page.get(reverse("calls"))


@pytest.mark.parametrize("typed", ["", "x", "\0", "9" * 4400, "-1"])
def test_nonsense_is_answered_with_a_sentence(page, unanswered, typed):
    letter = unanswered()
    page.post(reverse("call_claim", args=[letter.pk]))
    address = reverse("call_tries", args=[CustomerCall.objects.get().pk])

    assert page.post(address, {"outcome": typed, "again_at": typed}).status_code == 200
    assert page.post(address, {"outcome": "later", "again_at": typed}).status_code == 200
    assert CallTry.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_take_a_call_at_once_do_not_both_get_it():
    letter = InvitationFactory(contact=ContactFactory(phone="+37060000001"), version=SurveyVersionFactory())
    people = [UserFactory(), UserFactory()]
    both, found = Barrier(2), []

    def take(person):
        both.wait()
        try:
            found.append(desk.claim(letter, by=person, now=clock.now()).claimed_by)
        except desk.Taken:
            found.append(None)
        finally:
            connection.close()

    threads = [Thread(target=take, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(person is None for person in found) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_two_who_enter_the_answer_to_one_letter_at_once_make_one(django_user_model):
    from responses import staff_entry
    from responses.staff_entry import SpokenAnswer
    from surveys.judging import by_hand

    version = SurveyVersionFactory()
    letter = InvitationFactory(contact=ContactFactory(phone="+37060000001"), version=version)
    people = [UserFactory(), UserFactory()]
    both, outcomes = Barrier(2), []

    def enter(person, key):
        now = clock.now()
        ask = by_hand.draft(letter.contact, version.survey, version, now=now)
        answer = SpokenAnswer(key=key, mode="telephone", score=7, language="en", said_at=now)
        both.wait()
        try:
            staff_entry.take(ask, answer, by=person)
            outcomes.append("taken")
        except staff_entry.AlreadyAnswered:
            outcomes.append("answered")
        finally:
            connection.close()

    threads = [Thread(target=enter, args=[person, str(number)]) for number, person in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["answered", "taken"]
    assert Response.objects.count() == 1
