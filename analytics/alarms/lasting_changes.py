"""Which of many watched series have changed for good, and which changes are news. Pure.

A week with ten answers or a month with forty is watched; with less there is nothing that could be told from chance.
Among many series some seem to change by chance: the threshold is higher where more than ten are watched, and of the
changes of one look no more than a tenth may be expected to be false (Benjamini & Hochberg 1995).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import erfc, sqrt
from typing import TypeVar

from analytics.counts import Counts
from analytics.formulas import alarms
from analytics.formulas.alarms import CALM, MONTHLY, WEEKLY, Chart, Direction, Episode, Reading
from analytics.periods import Granularity
from analytics.verdicts import false_discovery_rates

Key = TypeVar("Key", bound=Hashable)

CHARTS: Mapping[Granularity, Chart] = {Granularity.WEEK: WEEKLY, Granularity.MONTH: MONTHLY}
# Answers of a mean period, from which on periods of that length are watched.
ENOUGH: Mapping[Granularity, int] = {Granularity.WEEK: 10, Granularity.MONTH: 40}
# With more series at once the threshold is higher.
MANY, THRESHOLD_OF_MANY = 10, 3.5
# The share of false ones that is accepted among the changes of one look.
FALSE_DISCOVERIES = 0.1
# A change that was first seen longer ago is history: whoever begins to watch is not told of it.
NEWS = 4


@dataclass(frozen=True, slots=True)
class Series:
    """Answers of whole weeks or months without a gap; `starts` are their first days, the earliest first."""

    granularity: Granularity
    starts: Sequence[date]
    counts: Sequence[Counts]

    @property
    def mean(self) -> float:
        """Answers of a mean period of the latest that a baseline would rest on."""
        latest = self.counts[-CHARTS[self.granularity].baseline :]
        return sum(counts.n for counts in latest) / len(latest) if latest else 0.0

    @property
    def is_enough(self) -> bool:
        return self.mean >= ENOUGH[self.granularity]


@dataclass(frozen=True, slots=True)
class SeriesChange:
    """A change that is news. `since` is the first day of the period from which on the series went astray."""

    start: date
    since: date
    granularity: Granularity
    episode: Episode

    @property
    def direction(self) -> Direction:
        return self.episode.direction


def news(watched: Mapping[Key, Series]) -> dict[Key, SeriesChange]:
    """Return the latest change of each series that has one which is news; series without readings have none."""
    threshold = THRESHOLD_OF_MANY if len(watched) > MANY else WEEKLY.threshold
    found = {
        key: readings
        for key, series in watched.items()
        if (readings := alarms.readings(series.counts, replace(CHARTS[series.granularity], threshold=threshold)))
    }
    latest = {key: _latest(readings) for key, readings in found.items()}
    chances = [_chance(episode.reading if episode else found[key][-1]) for key, episode in latest.items()]
    rates = dict(zip(latest, false_discovery_rates(chances), strict=True))
    return {
        key: _change(watched[key], found[key], episode)
        for key, episode in latest.items()
        if episode and rates[key] <= FALSE_DISCOVERIES
    }


def _latest(readings: Sequence[Reading]) -> Episode | None:
    known = alarms.episodes(readings)
    return known[-1] if known and known[-1].reading in readings[-NEWS:] else None


def _chance(reading: Reading) -> float:
    """Return how likely so large a statistic is where nothing has changed."""
    return erfc(abs(reading.statistic) / sqrt(2))


def _change(series: Series, readings: Sequence[Reading], episode: Episode) -> SeriesChange:
    at = readings.index(episode.reading)
    first = at
    while first and abs(readings[first - 1].statistic) >= CALM and _same_side(readings[first - 1], readings[at]):
        first -= 1
    return SeriesChange(
        start=series.starts[episode.reading.place],
        since=series.starts[readings[first].place],
        granularity=series.granularity,
        episode=episode,
    )


def _same_side(one: Reading, other: Reading) -> bool:
    return (one.statistic > 0) == (other.statistic > 0)
