"""Experiments with contacts that were asked and answered at known moments."""

from datetime import timedelta

from surveys.models import Enrolment, Experiment, ExperimentArm, Invitation
from tests.analytics.answers import NOW, answer, ask, customers
from tests.factories import ArmFactory, ExperimentFactory

DAY = timedelta(days=1)
OVER = {"starts_at": NOW - 90 * DAY, "ends_at": NOW - 30 * DAY, "status": "running"}
UNDER_WAY = {"starts_at": NOW - 20 * DAY, "ends_at": NOW + 30 * DAY, "status": "running"}
ASKED = NOW - 40 * DAY


def experiment(version, *names, shares=(50, 50), **fields):
    made = ExperimentFactory(**{"survey": version.survey, "name": "Hours", "varied": "hour"} | OVER | fields)
    for name, share in zip(names or ("usual", "morning"), shares, strict=True):
        ArmFactory(experiment=made, name=name, share=share)
    return made


def arm(made: Experiment, name: str) -> ExperimentArm:
    return made.arms.get(name=name)


def spread(made, version, name, *, silent=0, scores=(), at=ASKED, answered_at=None, people=None):
    """Contacts of an arm: so many that never answered, and one for each score."""
    chosen = arm(made, name)
    people = people or customers(silent + len(scores))
    asked = ask(version, contacts=people[:silent], at=at, arm=chosen) if silent else []
    given = []
    for person, score in zip(people[silent:], scores, strict=True):
        when = answered_at or at + DAY
        given += answer(version, [score], contact=person, asked_at=at, at=when)
    Invitation.objects.filter(response__in=given).update(arm=chosen)
    shares = list(made.arms.order_by("pk").values_list("share", flat=True))
    Enrolment.objects.bulk_create(
        (Enrolment(experiment=made, contact=person, arm=chosen, shares=shares, at=at) for person in people),
        ignore_conflicts=True,
    )
    return asked, given
