"""How many rows passed each stage of the pipeline, and how many wait there: every number from an index, none counted
without an end.

Ids are given in the order of writing, so what has no index on its moment is looked for among the newest NEWEST rows.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Model, Q, QuerySet, Sum

from accounts import company_clock
from accounts.media import Medium
from crm.models import Touchpoint
from delivery.media.whatsapp.silence import SILENT_AFTER
from delivery.models import Message
from onboarding.stages import PipelineStage
from responses.models import Response
from surveys.judging.case import day_start
from surveys.models import Invitation, InvitationMessage, Judgement, Survey

NEWEST = 200_000
# What waits is counted up to here; beyond it the page says “more than”.
MOST = 1000
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Span:
    """Where today and the last seven days begin, on the company's clock."""

    today: datetime
    week: datetime

    @classmethod
    def before(cls, now: datetime) -> "Span":
        zone = company_clock.zone()
        return cls(day_start(now, zone), day_start(now, zone, days=-6))


@dataclass(frozen=True)
class Passed:
    """How many rows passed a stage today, and in the last seven days with today."""

    today: int = 0
    week: int = 0


@dataclass(frozen=True)
class Queue:
    """Rows that wait, and since when the oldest of them does."""

    count: int = 0
    since: datetime | None = None

    @property
    def is_capped(self) -> bool:
        return self.count > MOST

    @property
    def shown(self) -> int:
        return min(self.count, MOST)


def waiting(rows: QuerySet[Any], moment: str) -> Queue:
    """Return how many rows there are, counted up to MOST, and the first `moment` of them."""
    moments = list(rows.order_by(moment).values_list(moment, flat=True)[: MOST + 1])
    return Queue(len(moments), moments[0] if moments else None)


def newest(model: type[Model]) -> QuerySet[Any]:
    """Return the newest NEWEST rows of a table."""
    last = model._default_manager.aggregate(last=Max("pk"))["last"] or 0
    return model._default_manager.filter(pk__gt=last - NEWEST)


def passed(rows: QuerySet[Any], moment: str, span: Span) -> Passed:
    """Return how many rows have their `moment` today and in the last seven days."""
    today = Count("pk", filter=Q(**{f"{moment}__gte": span.today}))
    return Passed(**rows.filter(**{f"{moment}__gte": span.week}).aggregate(today=today, week=Count("pk")))


def of_stages(span: Span, kinds: Collection[str]) -> dict[PipelineStage, Passed]:
    """Return what passed each stage; an answer is settled and routed within days of its moment.

    `kinds`: all kinds of touchpoints there are, since their index begins with the kind.
    """
    surveys = list(Survey.objects.values_list("pk", flat=True))
    answered = Response.objects.filter(answered_at__gte=span.week - WEEK)
    happened = Touchpoint.objects.filter(kind__in=kinds, cancelled_at=None)
    return {
        PipelineStage.TOUCHPOINTS: passed(happened, "occurred_at", span),
        PipelineStage.PLANNED: passed(newest(Invitation), "planned_at", span),
        PipelineStage.JUDGED: passed(judged_asks(), "at", span),
        PipelineStage.QUEUED: passed(Invitation.objects.filter(survey__in=surveys), "queued_at", span),
        PipelineStage.HANDED_OVER: passed(Invitation.objects.all(), "asked_at", span),
        PipelineStage.ANSWERED: passed(Response.objects.all(), "answered_at", span),
        PipelineStage.SETTLED: passed(answered, "settled_at", span),
        PipelineStage.ROUTED: passed(answered, "routed_at", span),
    }


def by_kind(span: Span, kinds: Collection[str]) -> list[tuple[str, int, int]]:
    """Return each kind of touchpoint of the last seven days with its number today and in all of them."""
    rows = Touchpoint.objects.filter(kind__in=kinds, cancelled_at=None, occurred_at__gte=span.week)
    today = Count("pk", filter=Q(occurred_at__gte=span.today))
    return list(rows.values_list("kind").annotate(today=today, week=Count("pk")).order_by("-week", "kind"))


@dataclass(frozen=True)
class MediumFigures:
    """What came of the asks of the last seven days by one medium. `silent`: messages that were handed over more than a
    day ago, and nobody said that they arrived; `cost`: of all that was handed over for them, in the company's currency,
    whichever medium asks by now."""

    medium: str
    passed: Passed
    answered: int
    silent: int
    cost: Decimal = Decimal(0)

    @property
    def cost_per_answer(self) -> Decimal | None:
        return self.cost / self.answered if self.answered and self.cost else None


def by_medium(span: Span, now: datetime) -> list[MediumFigures]:
    """Return the media by which somebody was asked in the last seven days, the most frequent first; two queries."""
    asks = Invitation.objects.filter(asked_at__gte=span.week)
    rows = asks.values_list("medium").annotate(
        today=Count("pk", filter=Q(asked_at__gte=span.today)),
        week=Count("pk"),
        answered=Count("pk", filter=Q(status=Invitation.Status.ANSWERED)),
    )
    asked = {medium: (today, week, answered) for medium, today, week, answered in rows.order_by("-week", "medium")}
    carried = {medium: (cost, silent) for medium, cost, silent in _carried(span, now)}
    return [
        MediumFigures(medium, Passed(today, week), answered, silent, cost)
        for medium in dict.fromkeys([*asked, *sorted(carried)])
        for today, week, answered in [asked.get(medium, (0, 0, 0))]
        for cost, silent in [carried.get(medium, (Decimal(0), 0))]
    ]


def _carried(span: Span, now: datetime) -> Iterable[tuple[str, Decimal, int]]:
    """Return what the messages of these asks cost and how many are silent, by the medium that carried them."""
    is_silent = Q(
        message__medium=Medium.WHATSAPP,
        message__status=Message.Status.SENT,
        message__sent_at__lt=now - SILENT_AFTER,
    )
    told_of = InvitationMessage.objects.filter(is_silent | Q(message__cost__gt=0), invitation__asked_at__gte=span.week)
    return told_of.values_list("message__medium").annotate(
        cost=Sum("message__cost"), silent=Count("message", filter=is_silent)
    )


def judged_asks() -> QuerySet[Judgement]:
    """Return the verdicts over asks, not those over reminders."""
    rows: QuerySet[Judgement] = newest(Judgement).filter(reminder=None)
    return rows


def verdicts(span: Span) -> Sequence[tuple[str, str, int, int]]:
    """Return verdict, reason and their number today and in the last seven days, the most frequent first."""
    counted = judged_asks().filter(at__gte=span.week).values_list("verdict", "reason")
    numbers = counted.annotate(today=Count("pk", filter=Q(at__gte=span.today)), week=Count("pk"))
    return list(numbers.order_by("-week", "verdict", "reason"))
