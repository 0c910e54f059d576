"""What the pages say of watched numbers: on the dashboard of one of them, and on the page of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from analytics.alarms import letters, series
from analytics.alarms.lasting_changes import ENOUGH
from analytics.dashboard.points import DatedChange
from analytics.models import Alarm, WatchedSeries
from analytics.periods import Granularity
from analytics.rollups.cells import Selection

# Seen alarms on the page: the latest of them.
SEEN_SHOWN = 30


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """An alarm as it is read."""

    alarm: Alarm
    title: str
    sentence: str
    url: str


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """A watched number as it is read, with how it is watched."""

    series: WatchedSeries
    title: str
    state: str
    url: str
    is_mine: bool


def of_dashboard(selection: Selection, person: User) -> dict[str, Any]:
    """Return whether the number of a dashboard is watched by its reader, and its alarms; {} where it cannot be."""
    key = series.key_of(selection)
    if key is None:
        return {"open_alarms": _open(person).count()}
    watchers = WatchedSeries.watchers.through.objects.filter(watchedseries=OuterRef("pk"), user=person)
    row = WatchedSeries.objects.filter(**key).annotate(is_mine=Exists(watchers)).first()
    return {
        "watch": {"is_mine": bool(row and row.is_mine), "url": reverse("alarms_watch")},
        "changes": [_change(alarm, row.metric) for alarm in row.alarms.filter(start__lt=selection.period.end)]
        if row
        else [],
        "open_alarms": _open(person).count(),
    }


def _change(alarm: Alarm, metric: str) -> DatedChange:
    return DatedChange(alarm.start, alarm.is_better, _sentence(alarm, metric))


def contents(person: User) -> dict[str, Any]:
    """Return everything that the page of all watched numbers prints."""
    seen = _of(person).filter(seen_at__isnull=False).order_by("-seen_at")[:SEEN_SHOWN]
    is_mine = WatchedSeries.watchers.through.objects.filter(watchedseries=OuterRef("pk"), user=person)
    watched = list(
        series.in_reach(person)
        .filter(watchers__isnull=False)
        .distinct()
        .annotate(is_mine=Exists(is_mine))
        .select_related("survey", "team")
        .order_by("-is_mine", "created_at", "pk")
    )
    names = series.names_of(watched)
    alarms = _lines(list(_open(person)))
    return {
        "alarms": alarms,
        "open_alarms": len(alarms),
        "caution": letters.caution(),
        "seen": _lines(list(seen)),
        "watched": [
            SeriesLine(
                row,
                series.title(row.metric, names[row.pk]),
                state_of(row),
                f"{reverse('dashboard')}?{series.query_of(row)}",
                row.is_mine,
            )
            for row in watched
        ],
    }


def state_of(row: WatchedSeries) -> str:
    """Return how a number is watched, or why nothing can be told of it."""
    if row.looked_at is None:
        return _("First looked at within hours.")
    if row.granularity == Granularity.WEEK:
        return _("Watched by the week; %(number)d answers a month.") % {"number": row.answers_a_month}
    if row.granularity == Granularity.MONTH:
        return _("Watched by the month; %(number)d answers a month.") % {"number": row.answers_a_month}
    return _("Too few answers for alarms: %(number)d a month, %(enough)d are needed.") % {
        "number": row.answers_a_month,
        "enough": ENOUGH[Granularity.MONTH],
    }


def _of(person: User) -> QuerySet[Alarm]:
    rows = Alarm.objects.filter(series__in=series.in_reach(person))
    return rows.select_related("series__survey", "series__team", "seen_by")


def _open(person: User) -> QuerySet[Alarm]:
    return _of(person).filter(seen_at__isnull=True)


def _lines(alarms: Sequence[Alarm]) -> list[AlarmLine]:
    names = series.names_of([alarm.series for alarm in alarms])
    return [
        AlarmLine(
            alarm,
            series.title(alarm.series.metric, names[alarm.series_id]),
            _sentence(alarm, alarm.series.metric),
            f"{reverse('dashboard')}?{series.query_of(alarm.series)}",
        )
        for alarm in alarms
    ]


def _sentence(alarm: Alarm, metric: str) -> str:
    return letters.sentence(
        metric=metric,
        granularity=alarm.granularity,
        start=alarm.start.isoformat(),
        baseline=alarm.baseline,
        points=alarm.points,
    )
