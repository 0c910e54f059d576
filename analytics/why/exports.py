"""What a change is made of as a file."""

from collections.abc import Mapping
from typing import Any

from analytics.dashboard.exports import DIGITS, ExportedTable
from analytics.estimates import Difference
from analytics.files import Row
from analytics.verdicts import Change
from analytics.why.explanation import Explanation, SegmentPart

COLUMNS = (
    "segment", "name", "answers_before", "answers", "share_before", "share", "rate", "rate_low", "rate_high",
    "rate_change", "mix", "mix_low", "mix_high", "mix_change",
)  # fmt: skip


def table(found: Explanation | None, names: Mapping[Any, str]) -> ExportedTable:
    """Return one row for each segment, the weightiest first: rates and mixes in points, shares in per cent.

    They add up to the change. The small ones together have the segment “others”, what is not known an empty one. Where
    nothing may be said of the change there is no row.
    """
    return ExportedTable(COLUMNS, [_row(part, names) for part in found.parts] if found and not found.is_noise else [])


def _row(part: SegmentPart, names: Mapping[Any, str]) -> Row:
    own = part.contribution
    return (
        "others" if part.key is None else part.key,
        names.get(part.key, ""),
        part.before.n,
        part.now.n,
        round(100 * own.share_before, DIGITS),
        round(100 * own.share_now, DIGITS),
        *_part(part.errors.rate, part.rate_change),
        *_part(part.errors.mix, part.mix_change),
    )


def _part(found: Difference, change: Change) -> Row:
    return (*(round(each, DIGITS) for each in (found.points, found.interval.low, found.interval.high)), change.value)
