"""The board of improvements as a file."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from analytics.dashboard.exports import ExportedTable
from followups.improvements import answers, board

NAMES = (
    "id", "title", "state", "owner", "due_on", "done_on", "topics", "team", "brand", "expected", "expected_points",
    "votes", "answers", "proposed_by", "proposed_at",
)  # fmt: skip


def table(reader: User, chosen: dict[str, Any]) -> ExportedTable:
    """Return the improvements that a reader sees, as they are filtered on the board; only answers in reach count."""
    rows = list(
        board.shown_to(reader, chosen)
        .select_related("owner", "team", "brand", "proposed_by")
        .prefetch_related("topics")
        .order_by("pk")
    )
    asked = answers.counts(rows, reader)
    return ExportedTable(
        NAMES,
        [
            (
                row.pk,
                row.title,
                row.state,
                _name(row.owner),
                row.due_on.isoformat() if row.due_on else "",
                row.done_on.isoformat() if row.done_on else "",
                ", ".join(topic.slug for topic in row.topics.all()),
                _name(row.team),
                _name(row.brand),
                row.expected,
                row.expected_points,
                board.voices_of(row),
                asked.get(row.pk, 0),
                _name(row.proposed_by),
                row.proposed_at,
            )
            for row in rows
        ],
    )


def _name(of: object) -> str:
    return "" if of is None else str(of)
