"""The pairs of scores as a file."""

from __future__ import annotations

from collections.abc import Iterable

from analytics.dashboard.exports import ExportedTable
from analytics.files import Row
from analytics.recovery.pairs import ScorePair

_LOT = {None: "", False: "earlier", True: "later"}


def table(metric: str, pairs: Iterable[ScorePair]) -> ExportedTable:
    """Return one row for each first and next score, by what was done in between and by the half a lot put them in."""
    rows: list[Row] = [
        (
            metric,
            pair.first,
            pair.second,
            _said(pair.is_called),
            _LOT[pair.is_late],
            _said(pair.is_compensated),
            _said(pair.is_asked_again),
            pair.customers,
        )
        for pair in pairs
    ]
    return ExportedTable(
        (
            "metric",
            "first_score",
            "next_score",
            "contacted_in_between",
            "lot",
            "compensated",
            "asked_after_recovery",
            "customers",
        ),
        rows,
    )


def _said(is_so: bool) -> str:
    return "yes" if is_so else "no"
