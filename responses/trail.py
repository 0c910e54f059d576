"""What a customer said with one answer, one after another, and what of it counts; no writing here."""

from dataclasses import dataclass
from datetime import datetime

from responses.models import Response
from responses.word_access import WordAccess


@dataclass(frozen=True)
class TrailEntry:
    """A score with its words, at the moment they were said.

    `comment` is "" where it `is_hidden` from the reader. `is_late`: another score after the counted one stood, which
    counts nowhere. `is_after_settling`: changed when the answer had had its consequences.
    """

    at: datetime
    score: int
    comment: str
    is_hidden: bool
    is_late: bool
    is_after_settling: bool


def of(response: Response, access: WordAccess) -> list[TrailEntry]:
    """Return everything that was said and is kept, oldest first; the last is what the customer says by now.

    Words that `access` hides are left out.
    """
    earlier = [
        (datetime.fromisoformat(entry["at"]), entry["score"], entry["comment"]) for entry in response.earlier_answers
    ]
    last_at = response.changed_at if response.trail else response.answered_at
    return [_entry(response, access, *said) for said in [*earlier, (last_at, response.score, response.comment)]]


def _entry(response: Response, access: WordAccess, at: datetime, score: int, comment: str) -> TrailEntry:
    said = access.said_before(response, score, comment)
    stood_at, settled_at = response.frozen_at, response.settled_at
    return TrailEntry(
        at=at,
        score=score,
        comment=said.text,
        is_hidden=said.is_hidden,
        is_late=stood_at is not None and at >= stood_at and score != response.counted_score,
        is_after_settling=settled_at is not None and at > settled_at,
    )
