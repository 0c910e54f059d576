from datetime import timedelta

import pytest

from accounts import clock, company_clock
from delivery.models import SendingDay, SendingDomain
from tests.factories import MessageFactory, UserFactory

NAME = "plumb.example"


@pytest.fixture
def domain():
    return SendingDomain.objects.create(name=NAME)


@pytest.fixture
def chief():
    """Somebody who may let a domain ask again, and hears when one is paused."""
    return UserFactory(is_staff=True, is_superuser=True, email="chief@plumb.example")


def day(days=0):
    return company_clock.today(clock.now()) + timedelta(days=days)


def counted(**figures):
    """Give the domain these figures for today."""
    return SendingDay.objects.create(domain=NAME, day=day(), **figures)


def ask(**fields):
    """Return an ask that waits in the outbox; the template of the tests writes from plumb.example."""
    return MessageFactory(purpose="invite", **fields)


def letter(**fields):
    """Return an ask that was handed over."""
    given = {"purpose": "invite", "status": "sent", "sent_at": clock.now(), "sender_domain": NAME, **fields}
    message = MessageFactory(**given)
    message.provider_id = f"esp-{message.pk}"
    message.save(update_fields=["provider_id"])
    return message
