"""The mail server is away for a day; beat is away for days. Time is moved, the servers are real."""

import random
from datetime import timedelta

import pytest

from accounts import clock
from delivery import dispatch
from delivery.media.email.message_ids import message_id
from delivery.models import Message
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db(transaction=True)
STEP = timedelta(minutes=20)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _movable_clock(settings, tmp_path):
    settings.CLOCK_OFFSET_FILE = str(tmp_path / "clock")
    random.seed(11)


def a_day_of_drains():
    for _ in range(DAY // STEP):
        dispatch.drain("email", seconds=5)
        clock.advance(STEP)
    return DAY // STEP


def test_a_day_without_the_mail_server_loses_nothing_and_knocks_once_per_drain(plain_server):
    messages = MessageFactory.create_batch(8)
    plain_server.refusing = True

    drains = a_day_of_drains()

    assert Message.objects.filter(status="queued").count() == 8
    assert plain_server.connections <= drains

    plain_server.refusing = False
    clock.advance(timedelta(hours=3))
    dispatch.drain("email", seconds=20)

    assert sorted(plain_server.message_ids) == sorted(message_id(message) for message in messages)
    assert Message.objects.filter(status="sent").count() == 8


def test_a_day_of_refusals_for_now_is_met_with_growing_delays_that_part_the_crowd(plain_server):
    MessageFactory.create_batch(8)
    plain_server.script = ["rcpt-4xx"] * 10_000

    a_day_of_drains()

    waiting = list(Message.objects.filter(status="queued").order_by("send_after"))
    assert len(waiting) == 8
    assert {8 <= message.attempts <= 20 for message in waiting} == {True}
    assert waiting[-1].send_after - waiting[0].send_after > timedelta(minutes=30)


def test_what_has_piled_up_leaves_at_the_set_rate(plain_server, settings):
    settings.EMAIL_PER_SECOND, settings.EMAIL_CONNECTIONS = 50, 1
    MessageFactory.create_batch(20)
    plain_server.refusing = True
    dispatch.drain("email", seconds=5)
    plain_server.refusing = False
    clock.advance(timedelta(hours=1))
    started = clock.now()

    dispatch.drain("email", seconds=20)

    assert len(plain_server.taken) == 20
    assert clock.now() - started >= timedelta(seconds=19 / 50)


def test_after_days_without_beat_messages_leave_in_due_order(plain_server):
    now = clock.now()
    hours = random.sample(range(72), 30)
    messages = [MessageFactory(send_after=now - timedelta(hours=hour)) for hour in hours]

    while dispatch.send_due("email", limit=7).claimed:
        pass

    in_due_order = sorted(messages, key=lambda message: message.send_after)
    assert plain_server.message_ids == [message_id(message) for message in in_due_order]
