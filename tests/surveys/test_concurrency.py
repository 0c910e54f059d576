"""Eight workers at once, each on its own connection."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from unittest.mock import Mock

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import SetAsideRow
from delivery.models import Message
from surveys.fates import delivery_news
from surveys.locks import Work, claim
from surveys.models import Invitation, InvitationMessage, Judgement
from surveys.services import (
    Judged,
    NothingToPublish,
    Reminded,
    draft_of,
    judge_due,
    plan_invitations,
    publish,
    remind_due,
)
from tests.crm.test_upserting_at_once import wait_until_it_waits
from tests.factories import (
    ContactFactory,
    InvitationFactory,
    MessageFactory,
    SurveyFactory,
    SurveyVersionFactory,
    TouchpointFactory,
    TriggerFactory,
    WaveFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)
WORKERS = 8


def at_once(act):
    """Return what eight workers return that all start `act` at the same moment."""
    barrier = Barrier(WORKERS)

    def work(_number):
        try:
            barrier.wait(timeout=30)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, range(WORKERS)))


@pytest.fixture
def trigger():
    return TriggerFactory(survey=SurveyVersionFactory().survey, asks_since=NOW - timedelta(days=365))


def test_eight_planners_at_once_plan_every_touchpoint_once(trigger):
    TriggerFactory(survey=trigger.survey, asks_since=trigger.asks_since)
    for _ in range(40):
        TouchpointFactory(occurred_at=NOW)

    planned = at_once(lambda: plan_invitations(now=NOW))

    assert sum(planned) + plan_invitations(now=NOW) == 80
    assert Counter(Invitation.objects.values_list("trigger", "touchpoint")).most_common(1)[0][1] == 1
    assert Invitation.objects.count() == 80


def test_a_planner_that_is_not_alone_returns_at_once_with_nothing_planned(trigger):
    TouchpointFactory(occurred_at=NOW)

    with transaction.atomic():
        assert claim(Work.PLANNING, trigger.pk)
        planned = at_once(lambda: plan_invitations(now=NOW))

    assert planned == [0] * WORKERS
    assert plan_invitations(now=NOW) == Invitation.objects.count() == 1


def test_a_row_that_somebody_else_adds_while_planning_runs_is_not_planned_twice_and_stops_no_other(trigger):
    for _ in range(3):
        TouchpointFactory(occurred_at=NOW)
    plan_invitations(now=NOW)
    theirs = Invitation.objects.order_by("pk").first()
    Invitation.objects.all().delete()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            theirs.save(force_insert=True)
            planning = pool.submit(lambda: at_once(lambda: plan_invitations(now=NOW)))
            wait_until_it_waits(planning)
        planned = planning.result(timeout=30)

    assert sum(planned) == 2
    assert Counter(Invitation.objects.values_list("trigger", "touchpoint")).most_common(1)[0][1] == 1
    assert Invitation.objects.count() == 3
    assert not SetAsideRow.objects.exists()


def test_eight_judges_at_once_ask_every_contact_once(trigger):
    contacts = [ContactFactory() for _ in range(20)]
    for contact in contacts:
        for _ in range(2):
            TouchpointFactory(contact=contact, occurred_at=NOW - trigger.delay)
    plan_invitations(now=NOW)
    Invitation.objects.update(due_at=NOW)

    def judge_all():
        total = Judged()
        while (batch := judge_due(limit=3, now=NOW)).total:
            total += batch
        return total

    judged = sum(at_once(judge_all), Judged()) + judge_all()

    assert judged == Judged(asked=20, suppressed=20)
    assert Message.objects.count() == InvitationMessage.objects.count() == 20
    assert Judgement.objects.count() == 40
    asked = Invitation.objects.filter(status="queued").values_list("contact", flat=True)
    assert sorted(asked) == sorted(contact.pk for contact in contacts)


def test_a_judge_that_is_not_alone_returns_at_once_with_nothing_judged(trigger):
    TouchpointFactory(occurred_at=NOW - trigger.delay)
    plan_invitations(now=NOW)
    Invitation.objects.update(due_at=NOW)

    judged = at_once(lambda: judge_due(now=NOW))

    assert sum(judged, Judged()) == Judged(asked=1)
    assert Counter(batch.total for batch in judged) == {1: 1, 0: 7}


def test_while_one_judges_no_other_does(trigger):
    TouchpointFactory(occurred_at=NOW - trigger.delay)
    plan_invitations(now=NOW)
    Invitation.objects.update(due_at=NOW)

    with transaction.atomic():
        assert claim(Work.JUDGING)
        judged = at_once(lambda: judge_due(now=NOW))

    assert judged == [Judged()] * WORKERS
    assert judge_due(now=NOW) == Judged(asked=1)


def test_eight_editors_at_once_share_one_draft():
    survey = SurveyFactory()

    drafts = at_once(lambda: draft_of(survey).pk)

    assert len(set(drafts)) == 1
    assert survey.versions.count() == 1


def test_a_batch_that_fails_leaves_nothing_behind(trigger, monkeypatch):
    TouchpointFactory(occurred_at=NOW - trigger.delay)
    plan_invitations(now=NOW)
    Invitation.objects.update(due_at=NOW)
    before = Invitation.objects.values().get()
    monkeypatch.setattr("delivery.services.nudge", Mock(side_effect=OperationalError))

    with pytest.raises(OperationalError):
        judge_due(now=NOW)

    assert Invitation.objects.values().get() == before
    assert Message.objects.count() == Judgement.objects.count() == 0
    monkeypatch.undo()
    assert judge_due(now=NOW) == Judged(asked=1)


def test_publishing_at_once_publishes_once():
    survey = SurveyFactory()
    draft = draft_of(survey)

    def try_to_publish():
        try:
            return publish(survey, now=NOW).pk
        except NothingToPublish as refused:
            return type(refused).__name__

    outcomes = Counter(at_once(try_to_publish))

    assert outcomes == {draft.pk: 1, "NothingToPublish": 7}


@pytest.mark.parametrize("fate", ["sent", "delivered", "bounced"])
def test_an_answer_that_comes_while_the_news_of_its_letter_is_taken_up_stands(fate):
    invitation = InvitationFactory(status="queued", sent_at=None, asked_at=NOW)
    letter = MessageFactory(status=fate, purpose="invite", has_news=True, sent_at=NOW)
    InvitationMessage.objects.create(invitation=invitation, message=letter)

    def take_up():
        try:
            return delivery_news.sync()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            invitation.mark_answered(at=NOW)
            taking = pool.submit(take_up)
            wait_until_it_waits(taking)
            assert not taking.done()
        assert taking.result(timeout=30) == 1

    invitation.refresh_from_db()
    assert (invitation.status, invitation.answered_at, invitation.asked_at) == ("answered", NOW, NOW)


def test_eight_workers_at_once_remind_of_every_invitation_once(trigger):
    type(trigger).objects.update(reminder_days=[2, 7])
    invitations = [
        InvitationFactory(
            version=trigger.survey.versions.get(), trigger=trigger, reminders_left=2, remind_at=NOW,
            asked_at=NOW - timedelta(days=2), sent_at=NOW - timedelta(days=2), expires_at=NOW + timedelta(days=20),
        )
        for _ in range(40)
    ]  # fmt: skip

    def remind_all():
        total = Reminded()
        while (batch := remind_due(limit=3, now=NOW)).total:
            total += batch
        return total

    reminded = sum(at_once(remind_all), Reminded())

    assert reminded == Reminded(reminded=40)
    keys = Message.objects.filter(purpose="reminder").values_list("idempotency_key", flat=True)
    assert sorted(keys) == sorted(f"remind-{invitation.pk}-1" for invitation in invitations)
    assert set(Invitation.objects.values_list("reminders_left", "remind_at")) == {(1, NOW + timedelta(days=5))}


def test_eight_planners_at_once_plan_every_turn_of_a_wave_once():
    WaveFactory(cadence_days=30, starts_on=NOW.date())
    for _ in range(60):
        ContactFactory()

    def plan_month():
        return sum(plan_invitations(now=NOW + timedelta(days=day)) for day in range(29))

    planned = at_once(plan_month)

    assert sum(planned) == 60
    assert Counter(Invitation.objects.values_list("contact", flat=True)).most_common(1)[0][1] == 1
