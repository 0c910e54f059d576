"""What a customer submits. Parsed by hand: it is a handful of fields on the busiest path of all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import islice

from django.http import HttpRequest, QueryDict

from accounts.customerlanguages import spoken
from accounts.plaintext import clean
from surveys.metrics import Scale
from surveys.wording.further import MOST, MOST_OPTIONS

LONGEST_COMMENT = 5000
# How the fields of further questions begin; a question has two at most.
PREFIX = "q-"
MOST_FIELDS = 2 * MOST
GESTURES = frozenset({"pointer", "touch", "key", "click", "change"})


class PageStep(StrEnum):
    SCORE = "score"
    WHY = "why"
    THANKS = "thanks"


@dataclass(frozen=True, kw_only=True)
class Submission:
    step: PageStep
    score: int | None
    comment: str
    topic_ids: list[int]
    # What was said to further questions, by the names of their fields behind the prefix.
    further: Mapping[str, Sequence[str]]
    language: str
    # The language button that was pressed instead of sending.
    switch_to: str
    goes_back: bool
    scripted: bool
    gesture: str
    shown_at: datetime | None

    @classmethod
    def of_request(cls, request: HttpRequest, scale: Scale) -> "Submission | None":
        """Return what a request submits, None where it only looks."""
        return cls.of(request.POST, scale) if request.method == "POST" else None

    @classmethod
    def of(cls, form: QueryDict, scale: Scale) -> "Submission":
        """Read the form; what makes no sense, or is no score of the scale, reads as not given."""
        return cls(
            step=next((step for step in PageStep if step == form.get("step")), PageStep.SCORE),
            score=score_of(form.get("score"), scale),
            comment=_text(form.get("comment")),
            topic_ids=sorted({int(value) for value in form.getlist("topic") if _is_id(value)}),
            further=further_of(form),
            language=_one_of(spoken.codes(), form.get("language")),
            switch_to=_one_of(spoken.codes(), form.get("switch")),
            goes_back="back" in form,
            scripted=form.get("scripted") == "1",
            gesture=gesture_of(form.get("gesture")),
            shown_at=moment_of(form.get("shown")),
        )

    def since_shown(self, now: datetime) -> timedelta | None:
        return None if self.shown_at is None else now - self.shown_at


def further_of(form: QueryDict) -> dict[str, Sequence[str]]:
    """Return what a form says to further questions, by the names of their fields behind the prefix."""
    names = islice((name for name in form if name.startswith(PREFIX)), MOST_FIELDS)
    return {name.removeprefix(PREFIX): form.getlist(name)[:MOST_OPTIONS] for name in names}


def is_further(said: object) -> bool:
    """Say whether JSON says to further questions what a form could send: lists of few texts, by few names."""
    return isinstance(said, dict) and len(said) <= MOST_FIELDS and all(map(_is_few, said.values()))


def _is_few(values: object) -> bool:
    return isinstance(values, list) and len(values) <= MOST_OPTIONS and all(isinstance(value, str) for value in values)


def score_of(value: str | None, scale: Scale) -> int | None:
    """Return the score of the scale that `value` spells, else None."""
    if not value or len(value) > 2 or not value.isascii() or not value.isdigit():
        return None
    score = int(value)
    return score if score in scale.scores and str(score) == value else None


def language_of(value: str | None) -> str:
    """Return the language code that `value` is, else ""."""
    return _one_of(spoken.codes(), value)


def gesture_of(value: str | None) -> str:
    """Return the trusted event that `value` names, else ""."""
    return _one_of(GESTURES, value)


def _one_of(known: Collection[str], value: str | None) -> str:
    return value if value in known and value is not None else ""


def _text(value: str | None) -> str:
    return clean(value or "", limit=LONGEST_COMMENT, lines=True)


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 18


def moment_of(value: str | None) -> datetime | None:
    """Read the milliseconds since 1970 that the page carried."""
    if not value or not value.isascii() or not value.isdigit() or len(value) > 14:
        return None
    return datetime.fromtimestamp(int(value) / 1000, tz=UTC)
