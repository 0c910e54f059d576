"""The pairs of scores as a file."""

from __future__ import annotations

from collections.abc import Iterable

from analytics.dashboard.exports import ExportedTable
from analytics.files import Row
from analytics.recovery.pairs import ScorePair

_LOT = {None: "", False: "earlier", True: "later"}


def table(metric: str, pairs: Iterable[ScorePair]) -> ExportedTable:
    """Return one row for each first and next score, called or not and by the half that a lot put them in."""
    rows: list[Row] = [
        (metric, pair.first, pair.second, "yes" if pair.is_called else "no", _LOT[pair.is_late], pair.customers)
        for pair in pairs
    ]
    return ExportedTable(("metric", "first_score", "next_score", "contacted_in_between", "lot", "customers"), rows)
