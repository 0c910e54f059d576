"""The broker is away; beat is away. Deals are taken all the same, and what is due is found later, in due order."""

import random
import time
from datetime import timedelta

import pytest
from celery import current_app
from kombu import Connection

from accounts import clock, nudges
from crm.models import Touchpoint
from delivery.dispatch import send_due
from delivery.models import Message
from surveys.models import Invitation
from surveys.services import judge_due, plan_invitations
from tests.crm.conftest import client_of
from tests.factories import ContactFactory, InvitationFactory, SurveyVersionFactory, TriggerFactory

DEAD = "redis://127.0.0.1:9/0"
TODAY = clock.now().replace(hour=10, minute=0, second=0, microsecond=0)
# The last one, so that no link has expired by now.
WEDNESDAY = TODAY - timedelta(days=(TODAY.weekday() - 2) % 7 or 7)


@pytest.fixture
def no_broker(monkeypatch, settings):
    """Neither broker nor cache: nothing listens at that port."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": DEAD}}
    monkeypatch.setattr(current_app, "connection_for_write", lambda **options: Connection(DEAD, **options))
    monkeypatch.setattr(nudges, "_quiet_until", 0.0)
    nudges._producers.cache_clear()
    yield
    nudges._producers.cache_clear()


@pytest.mark.django_db(transaction=True)
def test_deals_are_taken_while_the_broker_is_down_and_everything_is_sent_afterwards(no_broker, mailoutbox):
    trigger = TriggerFactory(
        survey=SurveyVersionFactory().survey, asks_since=WEDNESDAY - timedelta(days=9), delay=timedelta(days=5)
    )
    contacts = [ContactFactory(source="hubspot", external_id=f"p-{n}") for n in range(20)]
    api = client_of()
    won = {"status": "won", "closed_at": (WEDNESDAY - trigger.delay - timedelta(days=1)).isoformat()}

    started = time.monotonic()
    codes = [api.put(f"/api/v1/deals/d-{n}/", {"contact": f"p-{n}", **won}).status_code for n in range(20)]
    taken_in = time.monotonic() - started

    assert codes == [201] * 20
    # Not one of them waits for a time-out of the broker; the first may find it out.
    assert taken_in < 10
    assert Touchpoint.objects.count() == 20
    assert Invitation.objects.count() == 0

    assert plan_invitations(now=WEDNESDAY) == 20
    assert judge_due(now=WEDNESDAY).asked == 20
    assert send_due("email", now=WEDNESDAY).handed_over == 20
    assert sorted(mail.to[0].split("<")[1] for mail in mailoutbox) == sorted(f"{c.email}>" for c in contacts)


@pytest.mark.django_db
def test_after_days_without_beat_invitations_are_judged_in_due_order():
    late = [WEDNESDAY - timedelta(hours=hour) for hour in random.sample(range(1, 72), 20)]
    version = SurveyVersionFactory()
    for due_at in late:
        fields = {"status": "planned", "token_hash": None, "asked_at": None, "sent_at": None, "expires_at": None}
        InvitationFactory(version=version, due_at=due_at, planned_at=due_at, **fields)

    while judge_due(limit=3, now=WEDNESDAY).total:
        pass

    asked = Message.objects.order_by("pk").values_list("context__invitation", flat=True)
    due = Invitation.objects.in_bulk(list(asked))
    assert [due[pk].due_at for pk in asked] == sorted(late)
