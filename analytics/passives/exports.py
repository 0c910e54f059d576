"""What topics of those in the middle would win, as a file."""

from __future__ import annotations

from analytics.counts import FEW
from analytics.dashboard.exports import DIGITS, ExportedTable
from analytics.formulas.portions import Portion
from analytics.passives.report import PassiveReport

COLUMNS = ("topic", "answers", "won", "won_low", "won_high")


def table(report: PassiveReport) -> ExportedTable:
    """Return one row for each topic, in points or per cent of all answers; what names no topic has no name."""
    rows = [
        (str(row.topic), row.named, *(_shown(number, report) for number in _numbers(row.won))) for row in report.rows
    ]
    return ExportedTable(COLUMNS, [*rows, (None, report.untagged, _shown(report.untagged_won, report), None, None)])


def _numbers(won: Portion) -> tuple[float, float, float]:
    return won.value, won.interval.low, won.interval.high


def _shown(value: float, report: PassiveReport) -> float | None:
    """Leave the numbers of fewer than five answers out."""
    return round(value, DIGITS) if report.total.n >= FEW else None
