"""The tables of the page of drivers as one file, with the names of columns for programs."""

from __future__ import annotations

from analytics.dashboard.exports import DIGITS, ExportedTable
from analytics.drivers.model import DriverReport
from analytics.drivers.page import DriverNames
from analytics.files import Row

COLUMNS = (
    "fact", "value", "answers", "bad", "bad_share", "bad_share_against", "odds", "odds_low", "odds_high",
    "verdict",
)  # fmt: skip


def table(report: DriverReport, named: DriverNames) -> ExportedTable:
    """Return what goes together with bad answers; `verdict` is up, down or unclear. Empty where it is not told."""
    rows: list[Row] = []
    for one in report.drivers:
        name, _value = one.feature
        shares = (one.tally.share, one.against.share, one.odds, one.interval.low, one.interval.high)
        numbers = [None if value is None else round(value, DIGITS) for value in shares]
        rows.append((name, named.of(one.feature), one.tally.answers, one.tally.bad, *numbers, one.verdict.value))
    return ExportedTable(COLUMNS, rows)
