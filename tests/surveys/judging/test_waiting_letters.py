"""Real asks in the outbox while the domain that they come from is paused."""

from datetime import timedelta

import pytest

from accounts import clock
from accounts.models import Brand
from delivery import dispatch
from delivery.dispatch import Sent
from delivery.models import Message, SendingDay, SendingDomain
from delivery.reputation import breaker
from surveys.letters import last_check
from surveys.models import Invitation
from surveys.services import judge_due, plan_invitations
from tests.delivery.conftest import plain_server  # noqa: F401 a fixture
from tests.factories import SurveyVersionFactory, TouchpointFactory, TriggerFactory

pytestmark = pytest.mark.django_db
NAME = "shop.example"


@pytest.fixture
def domain():
    return SendingDomain.objects.create(name=NAME)


@pytest.fixture
def queued(plain_server):  # noqa: F811
    """An ask that waits to leave from shop.example."""
    every_day = {"window_weekdays": [1, 2, 3, 4, 5, 6, 7], "window_start": "00:00", "window_end": "23:59:59"}
    trigger = TriggerFactory(survey=SurveyVersionFactory().survey, delay=timedelta(), **every_day)
    type(trigger).objects.update(asks_since=clock.now() - timedelta(days=1))
    Brand.objects.update(sender_address=f"ask@{NAME}")
    TouchpointFactory(occurred_at=clock.now() - timedelta(minutes=5))
    plan_invitations()
    judge_due()
    return Message.objects.get(purpose="invite")


def test_one_that_expires_while_it_waits_is_called_off_at_the_next_look(queued, domain):
    breaker.pause(domain, reason="x")
    assert dispatch.send_due("email") == Sent(held=1)
    Invitation.objects.update(expires_at=clock.now() - timedelta(minutes=1))

    an_hour_later = clock.now() + timedelta(hours=1, minutes=1)
    assert dispatch.send_due("email", now=an_hour_later) == Sent(called_off=1)

    queued.refresh_from_db()
    assert (queued.status, queued.error) == ("cancelled", last_check.EXPIRED)


def test_one_that_may_still_go_is_looked_at_again_each_hour(queued, domain, plain_server):  # noqa: F811
    breaker.pause(domain, reason="x")
    for hours in (0, 1, 2):
        assert dispatch.send_due("email", now=clock.now() + timedelta(hours=hours, minutes=1)) == Sent(held=1)

    queued.refresh_from_db()
    assert (queued.status, queued.attempts, plain_server.taken) == ("queued", 0, [])


def test_a_letter_stays_with_the_sender_that_it_was_queued_with(queued, domain):
    Brand.objects.update(sender_address="ask@other.example")
    breaker.pause(domain, reason="x")

    assert dispatch.send_due("email") == Sent(held=1)

    breaker.resume(domain, reason="y")
    assert dispatch.send_due("email") == Sent(handed_over=1)
    assert [(one.domain, one.handed_over) for one in SendingDay.objects.all()] == [(NAME, 1)]
