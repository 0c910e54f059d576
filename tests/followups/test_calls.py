"""Calling: how a call went is one button, and only a call that reached somebody is a contact."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import clock
from followups.models import Followup, Playbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(client, followup, owner):
    client.force_login(owner)
    return lambda **sent: client.post(f"{followup.get_absolute_url()}calls/", sent)


def stored(followup):
    return Followup.objects.get(pk=followup.pk)


def kept(followup):
    calls = followup.activities.filter(kind="call").order_by("pk")
    return [(call.change["call"], call.text) for call in calls]


def local(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def test_reaching_the_customer_is_the_first_contact(send, followup):
    send(went="reached", text="Will send it again.")

    after = stored(followup)
    assert (after.status, after.next_due_at) == ("in_progress", after.resolve_due_at)
    assert after.first_contact_at is not None
    assert kept(followup) == [("reached", "Will send it again.")]


def test_not_reaching_anybody_stops_no_clock(send, followup, client):
    send(went="missed")

    after = stored(followup)
    assert (after.status, after.first_contact_at, after.next_due_at) == ("in_progress", None, followup.next_due_at)
    assert "Called the customer: not reached" in client.get(followup.get_absolute_url()).text


def test_a_button_pressed_twice_is_one_call(send, followup):
    send(went="missed")
    send(went="missed")
    send(went="reached")
    send(went="reached")

    assert kept(followup) == [("missed", ""), ("reached", "")]


def test_who_wants_to_be_called_back_is_due_then(send, followup, client):
    again_at = (clock.now() + timedelta(days=2)).replace(second=0, microsecond=0)

    send(went="later", again_at=local(again_at), text="In a meeting.")

    after = stored(followup)
    assert (after.call_back_at, after.next_due_at, after.first_contact_at) == (again_at, again_at, None)
    text = client.get(followup.get_absolute_url()).text
    assert "The customer wants to be called back on" in text
    assert "Called the customer: wants to be called back on" in text

    send(went="reached")
    after = stored(followup)
    assert (after.call_back_at, after.next_due_at) == (None, after.resolve_due_at)


def test_a_second_call_back_after_the_first_contact_is_due_then_and_over_when_made(send, followup, owner):
    followup.log_contact("email", "Wrote.", by=owner)
    again_at = (clock.now() + timedelta(days=2)).replace(second=0, microsecond=0)
    send(went="later", again_at=local(again_at))
    assert stored(followup).next_due_at == again_at

    send(went="reached")

    assert stored(followup).next_due_at == followup.resolve_due_at


@pytest.mark.parametrize("again_at", ["", "soon", "2020-01-01T10:00", "2090-01-01T10:00"])
def test_a_moment_that_is_none_is_refused_and_what_was_said_is_kept_on_the_page(send, followup, again_at):
    page = send(went="later", again_at=again_at, text="Call me.")

    assert page.status_code == 200
    assert "errorlist" in page.text
    assert "Call me." in page.text
    assert kept(followup) == []


def test_the_script_is_the_playbooks_in_the_language_of_the_person(client, followup, owner):
    playbook = Playbook.objects.filter(category="detractor").first()
    playbook.script = {"en": "Good morning, I am sorry.", "uk": "Добрий день, мені шкода."}
    playbook.save()
    Followup.objects.filter(pk=followup.pk).update(playbook=playbook)
    client.force_login(owner)
    assert "Good morning, I am sorry." in client.get(followup.get_absolute_url()).text

    owner.language = "uk"
    owner.save()

    assert "Добрий день, мені шкода." in client.get(followup.get_absolute_url()).text


def test_a_stranger_calls_nobody_and_closed_work_is_not_called(send, client, followup, owner, stranger):
    client.force_login(stranger)
    assert send(went="reached").status_code == 404

    client.force_login(owner)
    followup.dismiss(reason="Over.", by=owner)
    send(went="missed")

    assert kept(followup) == []
