"""What a telephone system sends: one answer of one call, as JSON.

{"call_id": "…", "score": 9, "phone": "+37060000000", "language": "lt", "at": "2026-05-01T10:00:00Z", "comment": "…"};
the call's ID and the score are needed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts import addresses
from accounts.media import Medium
from accounts.plaintext import clean
from responses.page.forms import LONGEST_COMMENT
from surveys.metrics import Scale

LONGEST_ID = 200
# A system that was cut off sends what waited; older is a mistake of its clock.
OLDEST = timedelta(days=30)


class CallRefused(Exception):
    """A sending that says nothing that can be kept. `field`: what is wrong with it, "" for all of it."""

    def __init__(self, field: str = "") -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class IvrAnswer:
    """`phone` as E.164, "" where it is withheld or none; `language` as it was told."""

    call_id: str
    score: int
    phone: str
    language: str
    comment: str
    said_at: datetime

    @classmethod
    def read(cls, body: bytes, scale: Scale, *, now: datetime) -> IvrAnswer:
        """Raises CallRefused."""
        try:
            said = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise CallRefused from error
        if not isinstance(said, dict):
            raise CallRefused
        score = said.get("score")
        if isinstance(score, bool) or not isinstance(score, int) or score not in scale.scores:
            raise CallRefused("score")
        call_id = _text(said, "call_id", LONGEST_ID)
        if not call_id:
            raise CallRefused("call_id")
        return cls(
            call_id=call_id,
            score=score,
            phone=_phone(_text(said, "phone", 40)),
            language=_text(said, "language", 35),
            comment=_text(said, "comment", LONGEST_COMMENT, lines=True),
            said_at=_moment(_text(said, "at", 40), now),
        )


def _text(said: dict[str, Any], name: str, longest: int, *, lines: bool = False) -> str:
    value = said.get(name) or ""
    if not isinstance(value, str) or len(value) > longest:
        raise CallRefused(name)
    return clean(value, lines=lines).strip()


def _phone(typed: str) -> str:
    try:
        return addresses.normalised(Medium.SMS, typed) if typed else ""
    except ValueError:
        return ""


def _moment(typed: str, now: datetime) -> datetime:
    if not typed:
        return now
    try:
        moment = parse_datetime(typed)
    except ValueError as error:
        raise CallRefused("at") from error
    if moment is None or timezone.is_naive(moment) or not now - OLDEST <= moment <= now + timedelta(minutes=5):
        raise CallRefused("at")
    return min(moment, now)
