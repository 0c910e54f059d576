"""What customers were given as a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analytics.compensations.given import GivenSum
from analytics.dashboard.exports import ExportedTable
from analytics.files import Row

_COLUMNS = ("compensations", "followups", "amount_base", "with_code", "without_rate", "withdrawn")


def table(found: Mapping[Any, GivenSum], names: Mapping[Any, str]) -> ExportedTable:
    """Return one row for each kind or team; `amount_base` is in the company's own currency."""
    rows: list[Row] = [
        (key, names.get(key) or f"#{key}", s.number, s.followups, s.worth, s.codes, s.unpriced, s.withdrawn)
        for key, s in sorted(found.items(), key=lambda row: str(row[0]))
    ]
    return ExportedTable(("id", "name", *_COLUMNS), rows)
