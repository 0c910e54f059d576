"""The tables of the funnel as files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, fields

from analytics.dashboard.exports import DIGITS, ExportedTable
from analytics.files import Row
from analytics.funnel.hours import Hours
from analytics.funnel.stages import Funnel, Stages

STAGES = ("medium", "language", *(field.name for field in fields(Stages)))
HOURS = ("weekday", "hour", "asked", "answered_soon", "response_rate", "low", "high")


def stages(funnel: Funnel) -> ExportedTable:
    """Return how many invitations reached each stage: all, then by medium, then by language."""
    rows: list[Row] = [(None, None, *astuple(funnel.whole))]
    rows += [(medium, None, *astuple(reached)) for medium, reached in funnel.by_medium.items()]
    rows += [(None, language, *astuple(reached)) for language, reached in funnel.by_language.items()]
    return ExportedTable(STAGES, rows)


def hours(found: Hours) -> ExportedTable:
    """Return the response rates in per cent by weekday (1 is Monday) and hour of asking; of few asked there is none."""
    return ExportedTable(HOURS, list(_rates(found)))


def _rates(found: Hours) -> Iterator[Row]:
    for (day, hour), rate in sorted(found.cells.items()):
        interval = rate.interval
        shown = (rate.share, interval.low if interval else None, interval.high if interval else None)
        yield (day, hour, rate.asked, rate.answered, *(None if each is None else round(each, DIGITS) for each in shown))
