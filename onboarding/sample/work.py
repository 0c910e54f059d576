"""The follow-ups of the invented answers, as the playbooks of this installation want them: old ones are closed."""

from collections.abc import Sequence
from datetime import timedelta

from accounts.models import User
from followups import openings
from followups.models import Activity, Escalation, Followup, FollowupStep, RootCause
from followups.routes import Desk
from onboarding.sample.company import SampleWorld
from onboarding.sample.words import DONE
from responses.models import Response
from surveys.metrics import Category
from surveys.models import Hold

Kind, Status = Activity.Kind, Followup.Status
# What is younger is open.
OPEN_FOR = timedelta(days=9)
# So many of the open ones are given to whoever loads the sample data.
GIVEN = 4
HEARD_AFTER, CLOSED_AFTER = timedelta(hours=5), timedelta(days=2)
OUTCOMES = {
    Category.DETRACTOR: (Followup.Outcome.SAVED, Followup.Outcome.UNCHANGED, Followup.Outcome.LOST),
    Category.PASSIVE: (Followup.Outcome.SAVED, Followup.Outcome.UNCHANGED),
    Category.PROMOTER: (Followup.Outcome.THANKED, Followup.Outcome.REVIEWED, Followup.Outcome.MORE),
}


def open_followups(world: SampleWorld, responses: Sequence[Response], *, by: User | None) -> None:
    """Open what the playbooks want and close what is old; nobody is told of any of it."""
    desk, causes = Desk.at(world.now), list(RootCause.objects.filter(is_active=True).order_by("pk"))
    for route in desk.routes(responses):
        at = route.about.routed_at if isinstance(route.about, Response) else None
        if not (route.makes_work and route.playbook and at):
            continue
        drafted = desk.draft(route, route.playbook, now=at)
        for followup, _detour in openings.open_all([drafted], desk.calendars, at):
            if at < world.now - OPEN_FOR:
                _close(world, followup, causes)
    mine = Followup.objects.filter(response__survey=world.survey)
    # What would call somebody, or remind of a step, is of no use where nobody is told.
    Escalation.objects.filter(followup__in=mine).delete()
    FollowupStep.objects.filter(followup__in=mine.closed()).delete()
    if by:
        for followup in mine.open().order_by("-created_at")[:GIVEN]:
            followup.assign(by, by=by)


def _close(world: SampleWorld, followup: Followup, causes: Sequence[RootCause]) -> None:
    """Close it as one of the staff did then: with a call, a cause where something was wrong, and an outcome."""
    answer = followup.response
    assert answer is not None  # noqa: S101
    dice, who = world.random, answer.manager
    heard_at = followup.created_at + HEARD_AFTER
    closed_at = heard_at + CLOSED_AFTER * dice.random()
    is_content = answer.category == Category.PROMOTER
    Response.objects.filter(pk=answer.pk).freeze(at=heard_at)
    Followup.objects.filter(pk=followup.pk).update(
        status=Status.RESOLVED,
        first_contact_at=heard_at,
        closed_at=closed_at,
        closed_by=who,
        root_cause=None if is_content or not causes else dice.choice(causes).slug,
        resolution=DONE[world.language][is_content],
        outcome=dice.choice(OUTCOMES[Category(answer.category)]),
    )
    Activity.objects.bulk_create(
        [
            Activity(
                followup=followup, kind=Kind.CALL, by=who, at=heard_at, change={"call": Activity.Call.REACHED.value}
            ),
            Activity(
                followup=followup, kind=Kind.STATUS, by=who, at=closed_at,
                change={"from": Status.NEW.value, "to": Status.RESOLVED.value},
            ),
        ]
    )  # fmt: skip
    Hold.release(cause=followup.hold_cause, at=closed_at)
