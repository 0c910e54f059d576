"""What may be chosen on a dashboard: presets of periods, and lists cut to what the person may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Team, User
from analytics.models import Dimension, Rollup
from analytics.periods import DAY, Granularity, Period, bucket, months_before
from crm.models import Channel, Deal, Product
from surveys.metrics import SCALES, Metric
from surveys.models import Origin, Survey

Choices = list[tuple[int, str]]

# Tests are counted nowhere.
ORIGINS = [origin for origin in Origin.values if origin != Origin.TEST.value]
USUAL = "12m"
OWN = "own"
YEAR_BEFORE = "year"


def periods() -> list[tuple[str, str]]:
    """Return the names of the presets, in the order of the list."""
    return [
        ("30d", _("Last 30 days")),
        ("90d", _("Last 90 days")),
        ("month", _("This month so far")),
        ("quarter", _("This quarter so far")),
        ("year", _("This year so far")),
        ("6m", _("This month and the 5 before")),
        ("12m", _("This month and the 11 before")),
        ("24m", _("This month and the 23 before")),
        ("last-month", _("Last month")),
        ("last-quarter", _("Last quarter")),
        ("last-year", _("Last year")),
        ("last-12m", _("Last 12 whole months")),
        (OWN, _("Own dates")),
    ]


def comparisons() -> list[tuple[str, str]]:
    return [("", _("The period before")), (YEAR_BEFORE, _("The same days a year earlier"))]


def granularities() -> list[tuple[str, str]]:
    return [
        ("", _("Automatic")),
        (Granularity.WEEK, _("Week")),
        (Granularity.MONTH, _("Month")),
        (Granularity.QUARTER, _("Quarter")),
    ]


def preset(name: str, today: date) -> Period:
    """Return the days of a preset. Those that are “last” are whole months that are over; the others hold today."""
    month, quarter = today.replace(day=1), bucket(today, Granularity.QUARTER)
    over = {
        "last-month": Period(months_before(today, 1), month),
        "last-quarter": Period(months_before(quarter, 3), quarter),
        "last-year": Period(date(today.year - 1, 1, 1), date(today.year, 1, 1)),
        "last-12m": Period(months_before(today, 12), month),
    }
    starts = {
        "30d": today - timedelta(days=29),
        "90d": today - timedelta(days=89),
        "month": month,
        "quarter": quarter,
        "year": today.replace(month=1, day=1),
        "6m": months_before(today, 5),
        "12m": months_before(today, 11),
        "24m": months_before(today, 23),
    }
    return over[name] if name in over else Period(starts[name], today + DAY)


@dataclass(frozen=True)
class Lists:
    """Everything that this person may choose, as (id, name) in the order of names."""

    surveys: list[Survey]
    knows_other_origins: bool
    teams: Choices
    managers: Choices
    channels: Choices
    products: Choices

    @property
    def metrics(self) -> list[str]:
        """The metrics of all surveys; that of an installation without surveys is NPS."""
        return _in_order({survey.metric for survey in self.surveys})

    @property
    def names(self) -> dict[Dimension, dict[int, str]]:
        """The name of every member of a breakdown."""
        return {
            Dimension.MANAGER: dict(self.managers),
            Dimension.CHANNEL: dict(self.channels),
            Dimension.PRODUCT: dict(self.products),
        }


def surveys_with_numbers() -> QuerySet[Survey]:
    """Return the surveys to choose from: those in use, then what is archived and has answers."""
    has_answers = Exists(
        Rollup.objects.filter(survey_id=OuterRef("pk"), dimension=Dimension.ALL, span=Rollup.Span.MONTH)
    )
    shown = Survey.objects.filter(~Q(status=Survey.Status.ARCHIVED) | has_answers)
    return shown.only("name", "metric", "kind", "status").in_use_first()


def metrics() -> list[str]:
    """Return the same where there are no lists."""
    return _in_order(set(surveys_with_numbers().order_by().values_list("metric", flat=True).distinct()))


def _in_order(asked: Collection[str]) -> list[str]:
    return [metric for metric in SCALES if metric in asked] or [Metric.NPS.value]


def teams_in_reach(user: User) -> tuple[int, ...] | None:
    """Return the teams whose numbers `user` may see: None for all, () for nobody's."""
    if user.sees_all_teams:
        return None
    return (user.team_id,) if user.team_id else ()


def lists_for(user: User) -> Lists:
    """Return what `user` may choose."""
    in_reach = teams_in_reach(user)
    return Lists(
        surveys=list(surveys_with_numbers()),
        knows_other_origins=_knows_other_origins(),
        teams=_named(Team.objects.all() if in_reach is None else Team.objects.filter(pk__in=in_reach)),
        managers=_named(_managers(in_reach)),
        channels=_named(Channel.objects.all()),
        products=_named(Product.objects.all()),
    )


def _knows_other_origins() -> bool:
    """Whether there are answers that nobody was invited to."""
    counted = Rollup.objects.filter(dimension=Dimension.ALL, span=Rollup.Span.MONTH)
    return counted.exclude(origin=Origin.INVITED).exists()


def _managers(in_reach: tuple[int, ...] | None) -> QuerySet[User]:
    """Return the people of the teams in reach, and whoever has answers there from another time."""
    counted = Rollup.objects.filter(dimension=Dimension.MANAGER, span=Rollup.Span.MONTH)
    if in_reach is not None:
        counted = counted.filter(team_id__in=in_reach)
        return User.objects.filter(Q(team_id__in=in_reach) | Q(pk__in=counted.values("member_id")))
    owns_deals = Exists(Deal.objects.filter(manager=OuterRef("pk")))
    return User.objects.filter(Q(team__isnull=False) | owns_deals | Q(pk__in=counted.values("member_id")))


def _named(rows: QuerySet[Any]) -> Choices:
    return list(rows.order_by("name", "pk").values_list("pk", "name"))
