"""What a customer said with one answer, one after another, and what of it counts; no writing here."""

from dataclasses import dataclass
from datetime import datetime

from responses.models import Response


@dataclass(frozen=True)
class TrailEntry:
    """A score with its words, at the moment they were said.

    `is_late`: another score after the counted one stood, so that it counts nowhere. `is_after_settling`: changed when
    the answer had had its consequences.
    """

    at: datetime
    score: int
    comment: str
    is_late: bool
    is_after_settling: bool


def of(response: Response) -> list[TrailEntry]:
    """Return everything that was said and is kept, oldest first; the last is what the customer says by now."""
    earlier = [
        (datetime.fromisoformat(entry["at"]), entry["score"], entry["comment"]) for entry in response.earlier_answers
    ]
    last_at = response.changed_at if response.trail else response.answered_at
    return [_entry(response, *said) for said in [*earlier, (last_at, response.score, response.comment)]]


def _entry(response: Response, at: datetime, score: int, comment: str) -> TrailEntry:
    stood_at, settled_at = response.frozen_at, response.settled_at
    return TrailEntry(
        at=at,
        score=score,
        comment=comment,
        is_late=stood_at is not None and at >= stood_at and score != response.counted_score,
        is_after_settling=settled_at is not None and at > settled_at,
    )
