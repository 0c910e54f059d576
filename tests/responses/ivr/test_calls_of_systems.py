"""A telephone system sends what callers answered: signed, once, and whose it is the phone says."""

import json
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.models import SecurityEvent
from responses.ivr import signing
from responses.models import Response, StaffEntry, TelephoneDoor
from surveys.models import Invitation, Survey
from tests.factories import ContactFactory, InvitationFactory, SurveyVersionFactory

pytestmark = pytest.mark.django_db


class FakeSystem:
    """A telephone system that knows a secret."""

    def __init__(self, door, secret):
        self.door, self.secret, self.client = door, secret, Client()

    def call(self, *, sent_at=None, secret=None, body=None, **said):
        body = json.dumps({"call_id": "c-1", "score": 9} | said).encode() if body is None else body
        stamp = int((sent_at or clock.now()).timestamp())
        headers = {
            "webhook-id": "m-1",
            "webhook-timestamp": str(stamp),
            "webhook-signature": "v1,bm8= " + signing.sign(secret or self.secret, "m-1", stamp, body),
        }
        address = reverse("ivr", args=[self.door.key])
        return self.client.post(address, body, content_type="application/json", headers=headers)


def make_system():
    door = TelephoneDoor(survey=SurveyVersionFactory().survey)
    secret = signing.draw(door, now=clock.now())
    facts = {"survey": door.survey, "secret": door.secret}
    return FakeSystem(TelephoneDoor.objects.open(name="Asterisk", **facts), secret)


@pytest.fixture
def system():
    return make_system()


def test_an_answer_of_a_known_phone_is_that_customers_and_counts_as_asked(system):
    contact = ContactFactory(phone="+37060000001", language="uk")
    letter = InvitationFactory(
        contact=contact, version=system.door.survey.versions.get(), remind_at=clock.now(), reminders_left=1
    )

    assert system.call(phone="+370 600 00001", comment="Good.").status_code == 201

    response = Response.objects.get()
    assert (response.contact, response.score, response.medium, response.origin) == (contact, 9, "ivr", "staff")
    assert (response.comment, response.language, response.entry) == ("Good.", "uk", system.door.entry)
    entry = StaffEntry.objects.get()
    assert (entry.by, entry.invitation) == (None, letter)
    letter.refresh_from_db()
    assert letter.remind_at is None
    assert Invitation.objects.get(origin="staff").medium == "ivr"


def test_an_unknown_or_withheld_phone_leaves_an_answer_of_nobody(system):
    for _twice in range(2):
        ContactFactory(phone="+37060000002")

    for number, phone in enumerate(["+37060000009", "+37060000002", "anonymous", ""]):
        assert system.call(call_id=str(number), phone=phone).status_code == 201

    assert list(Response.objects.values_list("contact", flat=True)) == [None] * 4
    assert Invitation.objects.count() == 0


def test_a_call_that_is_sent_again_is_one_answer(system):
    assert [system.call().status_code for _time in range(3)] == [201, 200, 200]
    assert system.call(score=1).status_code == 200
    assert Response.objects.values_list("score", flat=True).get() == 9


@pytest.mark.parametrize("minutes", [-6, 6])
def test_what_is_not_of_now_is_not_taken(system, minutes):
    assert system.call(sent_at=clock.now() + timedelta(minutes=minutes)).status_code == 401
    assert Response.objects.count() == 0


def test_what_is_not_signed_by_the_secret_is_not_taken(system, client):
    other = signing.draw(TelephoneDoor(), now=clock.now())
    address = reverse("ivr", args=[system.door.key])

    assert system.call(secret=other).status_code == 401
    for headers in ({}, {"webhook-id": "m", "webhook-timestamp": "٣", "webhook-signature": "v1,é"}):
        refused = client.post(address, b"{}", content_type="application/json", headers=headers)
        assert refused.status_code == 401
        assert refused.json()["error"]["code"] == "not_signed"
    assert client.post(reverse("ivr", args=["nobody"]), b"{}", content_type="application/json").status_code == 401
    assert Response.objects.count() == 0


def test_the_earlier_secret_is_taken_for_a_day(system):
    earlier, now = system.secret, clock.now()
    new = signing.draw(system.door, now=now - timedelta(hours=23))
    system.door.save()

    assert system.call(secret=earlier).status_code == 201
    assert system.call(secret=new, call_id="c-2").status_code == 201
    signing.draw(system.door, now=now - timedelta(hours=25))
    system.door.save()
    assert system.call(secret=new, call_id="c-3").status_code == 401


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"score": 11}, "bad_score"), ({"score": -1}, "bad_score"), ({"score": "9"}, "bad_score"),
        ({"score": True}, "bad_score"), ({"score": 9.5}, "bad_score"), ({"call_id": ""}, "bad_call_id"),
        ({"call_id": 7}, "bad_call_id"), ({"call_id": "x" * 201}, "bad_call_id"), ({"phone": ["x"]}, "bad_phone"),
        ({"at": "yesterday"}, "bad_at"), ({"at": "2020-01-01T00:00:00Z"}, "bad_at"),
        ({"at": "2026-13-45T00:00:00Z"}, "bad_at"), ({"comment": "x" * 5001}, "bad_comment"),
        ({"body": b"[]"}, "unreadable"), ({"body": b"{"}, "unreadable"), ({"body": b"[" * 100000}, "unreadable"),
        ({"body": b"\xff"}, "unreadable"), ({"at": "\ud800"}, "bad_at"), ({"call_id": "\0"}, "bad_call_id"),
        ({"at": "0001-01-01T00:00:00+23:59"}, "bad_at"), ({"at": "9999-12-31T23:59:59-23:59"}, "bad_at"),
        ({"at": "2026-11-28"}, "bad_at"), ({"score": 10**30}, "bad_score"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_the_one_shape(system, said, code):
    refused = system.call(**said)

    assert (refused.status_code, refused.json()["error"]["code"]) == (400, code)
    assert Response.objects.count() == 0


def test_a_door_that_is_switched_off_takes_nothing(system):
    TelephoneDoor.objects.update(is_active=False)

    assert system.call().status_code == 409


@pytest.mark.parametrize("status", ["paused", "archived"])
def test_a_survey_that_asks_nobody_takes_nothing(system, status):
    Survey.objects.update(status=status)

    assert system.call().status_code == 409
    assert Response.objects.count() == 0


def test_what_is_too_large_is_refused_in_the_one_shape(system):
    refused = system.call(body=b" " * 200_000)

    assert (refused.status_code, refused.json()["error"]["code"]) == (413, "too_large")


def test_too_many_sendings_are_told_when_to_come_again(system, monkeypatch):
    monkeypatch.setattr("responses.ivr.doors.SENDINGS", 1)

    assert [system.call(call_id=str(number)).status_code for number in range(2)] == [201, 429]


def test_the_secret_is_shown_once_and_lies_encrypted(client, administrator):
    version = SurveyVersionFactory()
    client.force_login(administrator)

    made = client.post(
        reverse("admin:responses_telephonedoor_add"),
        {"name": "Asterisk", "survey": version.survey_id, "language": "", "is_active": "on"},
        follow=True,
    )
    door = TelephoneDoor.objects.get()
    rotated = client.post(
        reverse("admin:responses_telephonedoor_changelist"),
        {"action": "draw_secret", "_selected_action": [door.pk]},
        follow=True,
    )

    assert door.secret in made.content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM responses_telephonedoor")
        assert "whsec_" not in cursor.fetchone()[0]
    fresh = TelephoneDoor.objects.get()
    assert (fresh.earlier_secret, fresh.secret in rotated.content.decode()) == (door.secret, True)
    again = client.get(reverse("admin:responses_telephonedoor_change", args=[door.pk])).content.decode()
    assert "whsec_" not in again
    assert fresh.url in again


def test_a_secret_that_is_drawn_by_pressing_twice_is_one_and_written_down(client, administrator, system):
    earlier = system.secret
    client.force_login(administrator)
    for _time in range(2):
        chosen = {"action": "draw_secret", "_selected_action": [system.door.pk]}
        drawn = client.post(reverse("admin:responses_telephonedoor_changelist"), chosen, follow=True)

    fresh = TelephoneDoor.objects.get()
    assert (fresh.earlier_secret, fresh.secret != earlier) == (earlier, True)
    assert fresh.secret in drawn.content.decode()
    assert system.call(secret=earlier).status_code == 201
    event = SecurityEvent.objects.filter(kind="setting_changed").latest("pk")
    assert (event.by, event.details["fields"]) == (administrator, ["secret"])
    assert "Asterisk" in event.subject


@pytest.mark.django_db(transaction=True)
def test_a_call_sent_twice_at_once_is_one_answer():
    system, both, found = make_system(), Barrier(2), []

    def send():
        both.wait()
        found.append(system.call().status_code)
        connection.close()

    threads = [Thread(target=send) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == [200, 201]
    assert Response.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_calls_of_one_customer_at_once_are_two_answers():
    system, contact, both, found = make_system(), ContactFactory(phone="+37060000001"), Barrier(2), []
    letter = InvitationFactory(contact=contact, version=system.door.survey.versions.get())

    def send(number):
        both.wait()
        found.append(system.call(call_id=f"c-{number}", phone=contact.phone).status_code)
        connection.close()

    threads = [Thread(target=send, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [201, 201]
    assert Response.objects.count() == 2
    assert StaffEntry.objects.filter(invitation=letter).count() == 1
