"""A survey with an experiment that draws, and invitations that are due."""

from datetime import UTC, datetime, time, timedelta

from surveys.models import Invitation
from tests.factories import (
    ArmFactory,
    ContactFactory,
    ExperimentFactory,
    InvitationFactory,
    SurveyVersionFactory,
    TriggerFactory,
)

NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)  # a Wednesday, 13:00 in Vilnius
DAY = timedelta(days=1)
MORNING = {"hour_from": time(9), "hour_until": time(11)}
EVENING = {"hour_from": time(16), "hour_until": time(18)}


def experiment(*arms, survey=None, status="running", **fields):
    """An experiment with these arms; of a survey with a trigger and a published wording."""
    survey = survey or TriggerFactory(survey=SurveyVersionFactory().survey, asks_since=NOW - 365 * DAY).survey
    window = {"starts_at": NOW - DAY, "ends_at": NOW + 30 * DAY}
    made = ExperimentFactory(survey=survey, status=status, **window | fields)
    for arm in arms:
        ArmFactory(experiment=made, **arm)
    return made


def due(survey, contact=None, at=NOW, **fields):
    """An invitation of the survey's trigger that is due now."""
    return InvitationFactory(
        version=survey.versions.get(),
        contact=contact or ContactFactory(timezone="Europe/Vilnius"),
        **{"trigger": survey.triggers.get(), "status": "planned", "planned_at": at, "due_at": at, "token_hash": None}
        | dict.fromkeys(("queued_at", "asked_at", "sent_at", "expires_at"))
        | fields,
    )


def arm_of(invitation):
    return Invitation.objects.select_related("arm").get(pk=invitation.pk).arm
