"""The arms of an experiment as a file: numbers unrounded, columns by names for programs."""

from __future__ import annotations

from analytics.arithmetic import ARITHMETIC
from analytics.dashboard.exports import DIGITS, ExportedTable
from analytics.estimates import Interval
from analytics.experiments.page import Found
from analytics.experiments.results import ArmTally, ArmVerdict
from analytics.files import Row

COLUMNS = (
    "arm", "share", "asked", "delivered", "answered", "response_rate", "low", "high", "difference", "difference_low",
    "difference_high", "adjusted_p", "verdict", "metric", "value", "value_low", "value_high",
)  # fmt: skip
# Of a chance more digits are wanted than of points.
DIGITS_OF_CHANCE = 6


def table(found: Found) -> ExportedTable:
    """Return one row for each arm: in per cent and points. Before the end there are counts and nothing else."""
    verdicts: list[ArmVerdict | None] = [None, *found.verdicts] if found.verdicts else [None] * len(found.arms)
    metric = found.experiment.survey.metric
    rows: list[Row] = []
    for arm, tally, verdict in zip(found.arms, found.tallies, verdicts, strict=True):
        counts = (arm.name, arm.share, tally.asked, tally.delivered, tally.answered)
        shown = found.is_shown
        rows.append((*counts, *_rate(tally, shown), *_told(verdict), metric, *_score(tally, metric, shown)))
    return ExportedTable(COLUMNS, rows)


def _rate(tally: ArmTally, is_shown: bool) -> Row:
    return _rounded(tally.rate if is_shown else None, tally.interval if is_shown else None)


def _score(tally: ArmTally, metric: str, is_shown: bool) -> Row:
    arithmetic = ARITHMETIC[metric]
    return _rounded(
        arithmetic.value(tally.scores) if is_shown else None, arithmetic.interval(tally.scores) if is_shown else None
    )


def _told(verdict: ArmVerdict | None) -> Row:
    difference = verdict.difference if verdict else None
    chance = None if verdict is None or verdict.chance is None else round(verdict.chance, DIGITS_OF_CHANCE)
    points = _rounded(difference.points if difference else None, difference.interval if difference else None)
    return (*points, chance, verdict.standing.value if verdict else None)


def _rounded(value: float | None, interval: Interval | None) -> Row:
    ends = (interval.low, interval.high) if interval else (None, None)
    return tuple(None if number is None else round(number, DIGITS) for number in (value, *ends))
