from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import nudges
from crm.models import Deal
from nps_project.celery import app
from surveys import services, tasks
from surveys.models import Invitation
from tests.factories import (
    DealFactory,
    InvitationFactory,
    SurveyVersionFactory,
    TouchpointFactory,
    TriggerFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)


@pytest.fixture
def nudged(monkeypatch):
    names = []
    monkeypatch.setattr(nudges, "_publish", lambda name, _arguments: names.append(name))
    return names


@pytest.fixture
def trigger():
    version = SurveyVersionFactory()
    return TriggerFactory(
        survey=version.survey, window_start="00:00", window_end="23:59:59", window_weekdays=[1, 2, 3, 4, 5, 6, 7]
    )


def test_every_task_of_the_schedule_is_there_and_takes_no_arguments():
    names = {entry["task"] for entry in app.conf.beat_schedule.values() if entry["task"].startswith("surveys.")}

    assert names == {
        tasks.plan_invitations.name,
        tasks.judge_invitations.name,
        tasks.remind_invitations.name,
        tasks.fall_back.name,
        tasks.sync_invitations.name,
        tasks.expire_invitations.name,
    }


def test_a_won_deal_nudges_planning_after_commit(nudged, django_capture_on_commit_callbacks):
    deal = DealFactory()

    with django_capture_on_commit_callbacks(execute=True):
        deal.win()

    assert tasks.plan_invitations.name in nudged


def test_planning_nudges_judging_only_when_something_is_due(trigger, nudged, django_capture_on_commit_callbacks):
    TouchpointFactory()
    with django_capture_on_commit_callbacks(execute=True):
        tasks.plan_invitations()
    assert nudged == []

    TouchpointFactory(occurred_at=datetime.now(UTC) - timedelta(days=6))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.plan_invitations()
    assert "surveys.judge_invitations" in nudged


def test_judging_nudges_sending(trigger, nudged, django_capture_on_commit_callbacks):
    TouchpointFactory(occurred_at=datetime.now(UTC) - timedelta(days=5, minutes=1))

    with django_capture_on_commit_callbacks(execute=True):
        services.plan_invitations()
        assert services.judge_due().asked == 1

    assert "delivery.send_messages" in nudged


def test_the_judging_task_goes_on_until_nothing_is_due(trigger, monkeypatch):
    for _ in range(3):
        TouchpointFactory(occurred_at=datetime.now(UTC) - timedelta(days=5, minutes=1))
    services.plan_invitations()
    judge_due = services.judge_due
    monkeypatch.setattr(services, "judge_due", lambda: judge_due(limit=2))

    tasks.judge_invitations()

    assert Invitation.objects.filter(status="queued").count() == 3


def test_a_burst_of_deals_is_planned_by_one_statement_and_each_once(trigger):
    for _ in range(50):
        DealFactory().win()

    with CaptureQueriesContext(connection) as queries:
        tasks.plan_invitations()
    tasks.plan_invitations()

    assert Invitation.objects.count() == Deal.objects.count() == 50
    assert sum("INSERT INTO surveys_invitation" in query["sql"] for query in queries) == 1


def test_the_whole_way_from_deal_to_message_twice_does_it_once(trigger):
    DealFactory().win(at=datetime.now(UTC) - timedelta(days=5, minutes=1))

    for _ in range(2):
        tasks.plan_invitations()
        tasks.judge_invitations()
        tasks.remind_invitations()
        tasks.sync_invitations()
        tasks.expire_invitations()

    invitation = Invitation.objects.get()
    assert invitation.status == "queued"
    assert invitation.sendings.count() == 1


def test_a_link_finds_its_invitation_and_nothing_else_does(django_assert_num_queries):
    invitation = InvitationFactory()
    InvitationFactory()

    with django_assert_num_queries(1):
        found = Invitation.objects.of_link(invitation.token).select_related("survey", "version", "contact").get()
        assert found == invitation
        assert (found.survey, found.version, found.contact) == (
            invitation.survey, invitation.version, invitation.contact,
        )  # fmt: skip

    assert not Invitation.objects.of_link(invitation.token[:-1] + "!").exists()
    assert not Invitation.objects.of_link("").exists()
