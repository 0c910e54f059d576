"""The further questions of a wording, asked after the score and its reason: five at most, frozen with it. Pure."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy

from surveys.metrics import Tier
from surveys.wording import calling

MOST = 5
MOST_OPTIONS = 8
FEWEST_OPTIONS = 2
LONGEST_QUESTION = 200
LONGEST_OPTION = 80
STEPS = range(1, 6)
KEY = re.compile(r"[a-z0-9]{6}")
OPTIONS = tuple(str(number) for number in range(1, MOST_OPTIONS + 1))


class QuestionKind(models.TextChoices):
    SINGLE = "single", gettext_lazy("one of several")
    MANY = "many", gettext_lazy("several of several")
    SCALE = "scale", gettext_lazy("a scale from 1 to 5")
    TEXT = "text", gettext_lazy("own words")
    CALL = "call", gettext_lazy("may we call you?")

    @property
    def has_options(self) -> bool:
        return self in (QuestionKind.SINGLE, QuestionKind.MANY)


@dataclass(frozen=True)
class QuestionText:
    """A question in one language; `options` by their numbers, `low` and `high` the ends of a scale."""

    question: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    low: str = ""
    high: str = ""

    def says_all(self, kind: QuestionKind, options: Iterable[str]) -> bool:
        """Whether nothing is missing that a question with these options needs."""
        if kind is QuestionKind.SCALE:
            return bool(self.question and self.low and self.high)
        return bool(self.question) and (not kind.has_options or set(self.options) == set(options))


@dataclass(frozen=True)
class FurtherQuestion:
    """One question: asked whatever the score where `tiers` is empty, else after those scores alone.

    `key` stays through all wordings of the survey, as the numbers of the options do: answers hang on them.
    """

    key: str
    kind: QuestionKind
    tiers: tuple[Tier, ...] = ()
    texts: Mapping[str, QuestionText] = field(default_factory=dict)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> FurtherQuestion:
        """Read what `stored` returned."""
        texts = {language: QuestionText(**text) for language, text in stored["texts"].items()}
        return cls(stored["key"], QuestionKind(stored["kind"]), tuple(map(Tier, stored["tiers"])), texts)

    def stored(self) -> dict[str, Any]:
        """Return the question as a wording keeps it."""
        texts = {
            language: {
                "question": text.question, "options": dict(text.options), "low": text.low, "high": text.high,
            }
            for language, text in self.texts.items()
        }  # fmt: skip
        return {"key": self.key, "kind": self.kind.value, "tiers": [tier.value for tier in self.tiers], "texts": texts}

    @property
    def options(self) -> tuple[str, ...]:
        """The numbers of its options in their order, as far as any language names them."""
        named = {number for text in self.texts.values() for number in text.options}
        return tuple(number for number in OPTIONS if number in named)

    def is_asked_of(self, tier: Tier) -> bool:
        return not self.tiers or tier in self.tiers

    def text_in(self, language: str) -> QuestionText | None:
        """Return the question as a language says it, None where it does not, or not all of it.

        Whether we may call is asked in our own words, in the active language, where nobody wrote others.
        """
        text = self.texts.get(language, QuestionText())
        if self.kind is QuestionKind.CALL and not text.question:
            return QuestionText(calling.question())
        return text if text.says_all(self.kind, self.options) else None

    def name_in(self, language: str) -> str:
        """Return the question for whoever reads its answers: in a language, else in any that has it."""
        if text := self.text_in(language):
            return text.question
        return next((text.question for text in self.texts.values() if text.question), self.key)

    def option_in(self, number: str, language: str) -> str:
        """Return an option for whoever reads the answers: in a language, else in any that has it."""
        in_order = [self.texts.get(language, QuestionText()), *self.texts.values()]
        return next((text.options[number] for text in in_order if number in text.options), number)


def of_nobody(brand: str) -> dict[str, str]:
    """Return what fills the texts for whoever reads the answers of many: other names than the brand's are any."""
    return {"brand": brand, "product": "…", "manager": "…", "name": "…"}


Questions = tuple[FurtherQuestion, ...]


def read(stored: Iterable[Mapping[str, Any]]) -> Questions:
    """Return the questions that a wording keeps."""
    return tuple(map(FurtherQuestion.of, stored))


def new_key() -> str:
    return secrets.token_hex(3)


def anew(stored: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return questions for another survey: under keys of their own, for their answers are others."""
    return [{**question, "key": new_key()} for question in stored]


def is_sound(stored: Any) -> bool:
    """Say whether what came from elsewhere is a question that can be asked as it stands, and nothing besides."""
    if not isinstance(stored, dict) or set(stored) != {"key", "kind", "tiers", "texts"}:
        return False
    key, kind, tiers, texts = stored["key"], stored["kind"], stored["tiers"], stored["texts"]
    if not isinstance(key, str) or not KEY.fullmatch(key) or kind not in QuestionKind.values:
        return False
    if not isinstance(tiers, list) or not all(tier in list(Tier) for tier in tiers) or not isinstance(texts, dict):
        return False
    if not all(_is_text(text) for text in texts.values()):
        return False
    question = FurtherQuestion.of(stored)
    fewest = FEWEST_OPTIONS if question.kind.has_options else 0
    return (
        len(question.options) >= fewest
        and all(text.says_all(question.kind, question.options) for text in question.texts.values())
        and (bool(texts) or question.kind is QuestionKind.CALL)
    )


def _is_text(text: Any) -> bool:
    if not isinstance(text, dict) or set(text) != {"question", "options", "low", "high"}:
        return False
    options = text["options"]
    if not isinstance(options, dict) or not set(options) <= set(OPTIONS):
        return False
    limits = [(text["question"], LONGEST_QUESTION)]
    limits += [(said, LONGEST_OPTION) for said in (*options.values(), text["low"], text["high"])]
    return all(isinstance(said, str) and len(said) <= longest for said, longest in limits) and all(options.values())


def asked(questions: Questions, tier: Tier, language: str) -> Questions:
    """Return those that somebody is asked after such a score in a language: none of which half would be said."""
    return tuple(one for one in questions if one.is_asked_of(tier) and one.text_in(language))
