"""The asks of an experiment, as its page counts them: of each contact the first one, whatever arm came later."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet

from analytics.counts import Counts
from analytics.experiments.results import ArmTally
from responses.models import Response
from responses.models.response import ResponseQuerySet
from surveys.metrics import SCALES
from surveys.models import Experiment, ExperimentArm, Invitation

# So long after a contact got its arm the ask has gone out, if it ever does: the hours of an arm come round.
GONE_OUT = timedelta(days=7)
# How far back the pace of asking and the usual response rate are looked for.
PAST = timedelta(days=180)
# Of fewer days no pace is made.
SHORTEST = 7
WAITING = (Invitation.Status.PLANNED, Invitation.Status.QUEUED)


class Phase(Enum):
    """How far an experiment is; only of one that is over there is a verdict."""

    DRAFT = "draft"
    AHEAD = "ahead"
    DRAWING = "drawing"
    WAITING = "waiting"
    OVER = "over"
    CUT_SHORT = "cut short"


@dataclass(frozen=True, slots=True)
class AskedSoFar:
    """So many contacts were asked, the last at `last_at`; so many invitations with an arm have not gone out."""

    asked: int = 0
    waiting: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """Contacts asked by arm, and how many of them the shares they were drawn with let expect."""

    counts: list[int] = field(default_factory=list)
    expected: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Usual:
    """What a survey does without an experiment: contacts asked a day, and the share of them (0 … 1) that answers.

    None where nobody has been asked long enough ago.
    """

    asked_a_day: float
    rate: float | None


def asked_so_far(experiments: Iterable[Experiment]) -> dict[int, AskedSoFar]:
    """Return how far experiments are, by their ids; those of which nobody has an arm are left out."""
    rows = (
        Invitation.objects.filter(arm__experiment__in=[experiment.pk for experiment in experiments])
        .values_list("arm__experiment")
        .annotate(
            people=Count("contact", filter=Q(asked_at__isnull=False), distinct=True),
            waiting=Count("pk", filter=Q(status__in=WAITING)),
            last_at=Max("asked_at"),
        )
        .order_by()
    )
    return {experiment: AskedSoFar(*found) for experiment, *found in rows}


def phase(experiment: Experiment, found: AskedSoFar, now: datetime) -> Phase:
    if experiment.status == Experiment.Status.DRAFT:
        return Phase.DRAFT
    if experiment.is_cut_short:
        return Phase.CUT_SHORT
    if experiment.over_since(now) is None:
        return Phase.AHEAD if now < experiment.starts_at else Phase.DRAWING
    had_time = found.last_at is None or found.last_at + answer_time(experiment) <= now
    return Phase.OVER if had_time and not found.waiting else Phase.WAITING


def answer_time(experiment: Experiment) -> timedelta:
    return timedelta(days=experiment.answer_days)


def arms_of(experiment: Experiment) -> list[int]:
    return list(experiment.arms.values_list("pk", flat=True))


def first_asks(arms: Collection[int]) -> QuerySet[Invitation]:
    """Return the first ask of each contact in all `arms` of an experiment.

    Records that were merged are one contact: the asks of both name the one that stays. A turn of a wave that both had
    is left with the other one, and counts nowhere.
    """
    asked = Invitation.objects.asked().filter(arm__in=arms, contact__merged_into__isnull=True)
    return asked.exclude(Exists(_earlier(arms, contact="contact", at="asked_at", pk="pk")))


def answers(found: ResponseQuerySet, experiment: Experiment, arms: Collection[int]) -> ResponseQuerySet:
    """Keep the answers to the first ask of each contact in all `arms`, within the days of the experiment."""
    own = {"contact": "invitation__contact", "at": "invitation__asked_at", "pk": "invitation"}
    return found.filter(
        invitation__arm__in=arms,
        invitation__asked_at__isnull=False,
        invitation__contact__merged_into__isnull=True,
        answered_at__lte=F("invitation__asked_at") + answer_time(experiment),
    ).exclude(Exists(_earlier(arms, **own)))


def answers_of_arm(found: ResponseQuerySet, arm: ExperimentArm) -> ResponseQuerySet:
    """Keep those of one arm: of answers that count, the very ones that its row counts."""
    return answers(found, arm.experiment, arms_of(arm.experiment)).filter(invitation__arm=arm)


def _earlier(arms: Collection[int], *, contact: str, at: str, pk: str) -> QuerySet[Invitation]:
    """Return the earlier asks of the same contact; the names are those of the row that is looked at."""
    before = Q(asked_at__lt=OuterRef(at)) | Q(asked_at=OuterRef(at), pk__lt=OuterRef(pk))
    return Invitation.objects.asked().filter(before, contact=OuterRef(contact), arm__in=arms)


def tallies(experiment: Experiment, arms: Collection[ExperimentArm]) -> list[ArmTally]:
    """Return the tally of each arm, in their order."""
    reached = Q(delivered_at__isnull=False) | Q(answered_at__isnull=False)
    ids = [arm.pk for arm in arms]
    asked = first_asks(ids).values_list("arm").order_by()
    of_arm = {
        arm: numbers for arm, *numbers in asked.annotate(number=Count("pk"), delivered=Count("pk", filter=reached))
    }
    categories = SCALES[experiment.survey.metric].categories
    tiers = {category.value: tier.value for tier, category in categories.items()}
    scores: dict[int, dict[str, int]] = {}
    counted = answers(Response.objects.counted(), experiment, ids)
    rows = counted.values_list("invitation__arm", "category").annotate(Count("pk")).order_by()
    for arm, category, number in rows:
        scores.setdefault(arm, {})[tiers[category]] = number
    return [_tally(of_arm.get(arm.pk, [0, 0]), Counts(**scores.get(arm.pk, {}))) for arm in arms]


def _tally(numbers: list[int], scores: Counts) -> ArmTally:
    asked, delivered = numbers
    return ArmTally(asked, delivered, scores.n, scores)


def drawn(experiment: Experiment, arms: Collection[ExperimentArm], until: datetime) -> Drawn:
    """Return how contacts that got their arm by `until` and were asked are spread over the arms."""
    chosen = {"contact__enrolments__experiment": experiment, "contact__enrolments__at__lte": until}
    rows = (
        first_asks([arm.pk for arm in arms])
        .filter(**chosen)
        .values_list("arm", "contact__enrolments__shares")
        .annotate(Count("pk"))
        .order_by()
    )
    places = {arm.pk: place for place, arm in enumerate(arms)}
    counts, expected = [0] * len(places), [0.0] * len(places)
    for arm, shares, number in rows:
        counts[places[arm]] += number
        for place, share in enumerate(shares):
            expected[place] += number * share / sum(shares)
    return Drawn(counts, expected)


def usual(experiment: Experiment, now: datetime) -> Usual:
    """Return what the survey did in the half year before the experiment starts, or before `now`."""
    end, time = min(now, experiment.starts_at), answer_time(experiment)
    asked = Invitation.objects.filter(survey=experiment.survey_id, asked_at__gte=end - PAST, asked_at__lt=end)
    had_time = Q(asked_at__lte=end - time)
    found = asked.aggregate(
        contacts=Count("contact", distinct=True),
        since=Min("asked_at"),
        old=Count("pk", filter=had_time),
        answered=Count("pk", filter=had_time & Q(answered_at__lte=F("asked_at") + time)),
    )
    rate = found["answered"] / found["old"] if found["old"] else None
    days = max(SHORTEST, (end - found["since"]).days) if found["since"] else PAST.days
    return Usual(found["contacts"] / days, rate)
