"""What a tablet sends, as it is read: many answers at once, each with the id that was drawn for it there.

A tablet says: {"sent": ms, "waiting": n, "refused": n, "answers": [{"id", "tablet", "version", "score", "topics",
"comment", "further", "language", "at": ms, "gesture"}, …]}, moments by its own clock, in milliseconds since 1970.
`tablet`: which one the device was then, where it showed another kiosk; `further`: lists of texts by the keys of further
questions, as their fields on a page would send them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

from accounts.plaintext import clean
from responses.further_answers import Sent
from responses.page.forms import LONGEST_COMMENT, gesture_of, is_further, language_of
from surveys.metrics import Scale

# So many answers are taken at once; a tablet sends the others after them.
MOST = 50
MOST_TOPICS = 50
ID = re.compile(r"[0-9A-Za-z-]{32,36}")
# Larger is no moment, and fits into no column.
LARGEST = 2**53
MOST_COUNTED = 1_000_000


class NoSending(Exception):
    """What was sent is no list of answers at all."""


class AnswerRefused(Exception):
    """One answer that can never be taken; the others can. `code`: why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class TabletSending:
    """`sent` by the clock of the tablet, in milliseconds; `answers` as they came."""

    sent: int
    waiting: int
    refused: int
    answers: list[Any]

    @classmethod
    def read(cls, body: bytes) -> TabletSending:
        """Raises NoSending."""
        try:
            said = json.loads(body, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise NoSending from error
        answers = said.get("answers", []) if isinstance(said, dict) else None
        if not isinstance(answers, list) or len(answers) > MOST or not _is_whole(said.get("sent")):
            raise NoSending
        waiting, refused = (_counted(said.get(name)) for name in ("waiting", "refused"))
        return cls(sent=said["sent"], waiting=waiting, refused=refused, answers=answers)


@dataclass(frozen=True, kw_only=True)
class TabletAnswer:
    """One answer as a tablet kept it. `at` by its clock; `language` is "" where nobody here knows it."""

    id: str
    version_id: int
    score: int
    topic_ids: list[int]
    comment: str
    further: Sent
    language: str
    at: int
    gesture: str

    @classmethod
    def read(cls, said: Any, scale: Scale) -> TabletAnswer:
        """Raises AnswerRefused for what makes no sense, or is no score of the scale."""
        if not isinstance(said, dict) or not isinstance(said.get("comment", ""), str):
            raise AnswerRefused("shape")
        _check("version", _is_whole(said.get("version")))
        _check("score", _is_whole(said.get("score")) and said["score"] in scale.scores)
        _check("moment", _is_whole(said.get("at")))
        topics = said.get("topics", [])
        _check("topics", isinstance(topics, list) and len(topics) <= MOST_TOPICS and all(map(_is_whole, topics)))
        further = said.get("further", {})
        _check("further", is_further(further))
        return cls(
            id=id_of(said),
            version_id=said["version"],
            score=said["score"],
            topic_ids=sorted(set(topics)),
            comment=clean(said.get("comment", ""), limit=LONGEST_COMMENT, lines=True),
            further=further,
            language=language_of(_text(said.get("language"))),
            at=said["at"],
            gesture=gesture_of(_text(said.get("gesture"))),
        )


def id_of(said: Any) -> str:
    """Return the id of an answer; raises AnswerRefused where it has none, so that nobody could tell it from another."""
    found = said.get("id") if isinstance(said, dict) else None
    _check("id", isinstance(found, str) and ID.fullmatch(found) is not None)
    return str(found).lower()


def tablet_of(said: Any) -> int | None:
    """Return the key of the tablet that an answer was given on, None where it says none."""
    found = said.get("tablet") if isinstance(said, dict) else None
    return found if _is_whole(found) else None


def _check(code: str, is_right: bool) -> None:
    if not is_right:
        raise AnswerRefused(code)


def _is_whole(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LARGEST


def _counted(value: Any) -> int:
    return min(value, MOST_COUNTED) if _is_whole(value) else 0


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _no_number(_constant: str) -> NoReturn:
    raise ValueError("no JSON")
