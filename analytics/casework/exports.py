"""The work on follow-ups as a file: numbers, by name, and without places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analytics.casework.endings import CountedEnding
from analytics.casework.page import Key, Works, by_name
from analytics.casework.work import AGES, NUMBERS
from analytics.dashboard.exports import ExportedTable
from analytics.files import Row

# What the numbers are called in a file.
_COLUMNS = (
    "followups",
    "contact_due",
    "contacted_in_time",
    "resolve_due",
    "resolved_in_time",
    "resolved",
    "dismissed",
    "ever_closed",
    "reopened",
    "with_outcome",
    "won_back",
    "asked_if_solved",
    "solved_by_customers",
    "overdue",
)


def table(found: Works, names: Mapping[Key, str]) -> ExportedTable:
    """Return one row for each team or person; the last columns are what is open, by age."""
    ages = tuple(f"open_of_age_{number}" for number in range(1, len(AGES) + 2))
    rows: list[Row] = [
        (key, name, *(getattr(found[key], number) for number in NUMBERS), *found[key].of_age)
        for name, key in by_name(found, names)
    ]
    return ExportedTable(("id", "name", *_COLUMNS, *ages), rows)


def table_of_endings(found: Sequence[CountedEnding]) -> ExportedTable:
    """Return one row for each root cause or outcome; a cause counts what stands below it in the tree too."""
    rows: list[Row] = [(one.key, one.name, one.level, one.share.part, one.share.n) for one in found]
    return ExportedTable(("id", "name", "level", "followups", "of"), rows)
