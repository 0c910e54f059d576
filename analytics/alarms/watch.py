"""The regular look at every watched number: what changed is recorded once, and who watches is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import clock, company_clock
from accounts.setaside import Batch
from analytics.alarms import lasting_changes, letters
from analytics.alarms.lasting_changes import Series, SeriesChange
from analytics.counts import Counts
from analytics.models import Alarm, WatchedSeries
from analytics.periods import Granularity, Period, bucket, months_before
from analytics.rollups import upkeep, watched
from delivery import services as delivery

WATCHING = Batch("watching", _("watching numbers"), task="analytics.watch_numbers", model=WatchedSeries)
# So far back is looked: far enough for a baseline, and for a year in which it moves on.
MONTHS_BACK = 30
LATEST = 12


@transaction.atomic
def look(now: datetime | None = None) -> list[Alarm]:
    """Look at every watched number as of `now` and return the alarms that are new; those who watch are told.

    Only weeks and months that are over count. Looking again, at the same time or later, tells nobody twice: a change is
    known by where the series went astray. A number of which nobody can be told is set aside and stops no other.
    """
    now = now or clock.now()
    if not upkeep.are_ready(company_clock.zone()):
        return []
    run = WATCHING.run(now)
    watched_now = WatchedSeries.objects.select_for_update(of=("self",)).exclude(pk__in=run.resting)
    rows = {row.pk: row for row in watched_now.order_by("pk").prefetch_related("watchers")}
    found = _series(list(rows.values()), company_clock.today(now))
    for row in rows.values():
        row.looked_at = now
    WatchedSeries.objects.bulk_update(rows.values(), ["looked_at", "granularity", "answers_a_month"])
    changes = lasting_changes.news(found)
    worked = run.one_by_one(list(changes), lambda key: _told(rows[key], changes[key], now))
    return [alarm for alarm in worked.results if alarm]


def _series(rows: Sequence[WatchedSeries], today: date) -> dict[int, Series]:
    """Return those that have answers enough, each by week or, with fewer, by month; note on each row which it is."""
    by_month = _read(rows, Granularity.MONTH, today)
    by_week = _read(rows, Granularity.WEEK, today)
    found = {}
    for row in rows:
        months = by_month[row.pk].counts[-LATEST:]
        row.answers_a_month = round(sum(counts.n for counts in months) / max(1, len(months)))
        told = next((series[row.pk] for series in (by_week, by_month) if series[row.pk].is_enough), None)
        row.granularity = told.granularity.value if told else ""
        if told:
            found[row.pk] = told
    return found


def _read(rows: Iterable[WatchedSeries], granularity: Granularity, today: date) -> dict[int, Series]:
    """Return every series from its first answer on."""
    period = Period(bucket(months_before(today, MONTHS_BACK), granularity), bucket(today, granularity))
    starts = period.buckets(granularity)
    found = {}
    counted = watched.read(rows, granularity, period)
    for row in rows:
        counts = [counted[row.pk].get(start, Counts()) for start in starts]
        first = next((place for place, of_period in enumerate(counts) if of_period.n), len(starts))
        found[row.pk] = Series(granularity, starts[first:], counts[first:])
    return found


def _told(row: WatchedSeries, change: SeriesChange, now: datetime) -> Alarm | None:
    """Record the alarm of a change and tell those who watch; None where it was told of before."""
    alarm = _recorded(row, change, now)
    if alarm:
        delivery.queue(letters.of(alarm))
    return alarm


def _recorded(row: WatchedSeries, change: SeriesChange, now: datetime) -> Alarm | None:
    """Return the new alarm of a change; None where it was told of before."""
    known = row.alarms.filter(direction=change.direction.value, start__gte=change.since)
    if known.exists():
        return None
    return Alarm.objects.create(
        series=row,
        start=change.start,
        granularity=change.granularity.value,
        direction=change.direction.value,
        baseline=change.episode.reading.baseline.nps,
        points=change.episode.points,
        statistic=change.episode.reading.statistic,
        raised_at=now,
    )
