"""What may be chosen on a dashboard: presets of periods, and lists cut to what the person may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Team, User
from analytics.models import Dimension, Rollup
from analytics.periods import DAY, Granularity, Period, bucket, months_before
from crm.models import Channel, Deal, Product
from surveys.models import Survey

Choices = list[tuple[int, str]]

USUAL = "12m"
OWN = "own"


def periods() -> list[tuple[str, str]]:
    """Return the names of the presets, in the order of the list."""
    return [
        ("30d", _("Last 30 days")),
        ("90d", _("Last 90 days")),
        ("6m", _("Last 6 months")),
        ("12m", _("Last 12 months")),
        ("24m", _("Last 24 months")),
        ("month", _("This month")),
        ("last-month", _("Last month")),
        ("quarter", _("This quarter")),
        ("year", _("This year")),
        (OWN, _("Own dates")),
    ]


def granularities() -> list[tuple[str, str]]:
    return [
        ("", _("As fits")),
        (Granularity.WEEK, _("Week")),
        (Granularity.MONTH, _("Month")),
        (Granularity.QUARTER, _("Quarter")),
    ]


def preset(name: str, today: date) -> Period:
    """Return the days of a preset, today included. Months count from the first of a month."""
    tomorrow = today + DAY
    month = today.replace(day=1)
    starts = {
        "30d": today - timedelta(days=29),
        "90d": today - timedelta(days=89),
        "6m": months_before(today, 5),
        "12m": months_before(today, 11),
        "24m": months_before(today, 23),
        "month": month,
        "quarter": bucket(today, Granularity.QUARTER),
        "year": today.replace(month=1, day=1),
    }
    if name == "last-month":
        return Period(months_before(today, 1), month)
    return Period(starts[name], tomorrow)


@dataclass(frozen=True)
class Lists:
    """Everything that this person may choose, as (id, name) in the order of names."""

    surveys: Choices
    teams: Choices
    managers: Choices
    channels: Choices
    products: Choices

    @property
    def names(self) -> dict[Dimension, dict[int, str]]:
        """The name of every member of a breakdown."""
        return {
            Dimension.MANAGER: dict(self.managers),
            Dimension.CHANNEL: dict(self.channels),
            Dimension.PRODUCT: dict(self.products),
        }


def teams_in_reach(user: User) -> tuple[int, ...] | None:
    """Return the teams whose numbers `user` may see: None for all, () for nobody's."""
    if user.sees_all_teams:
        return None
    return (user.team_id,) if user.team_id else ()


def lists_for(user: User) -> Lists:
    """Return what `user` may choose."""
    in_reach = teams_in_reach(user)
    return Lists(
        surveys=_named(Survey.objects.all()),
        teams=_named(Team.objects.all() if in_reach is None else Team.objects.filter(pk__in=in_reach)),
        managers=_named(_managers(in_reach)),
        channels=_named(Channel.objects.all()),
        products=_named(Product.objects.all()),
    )


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
