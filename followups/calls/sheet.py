"""What a sheet of paper asks, as it is typed in: by the numbers that are printed on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.customerlanguages import spoken
from responses import further_answers
from responses.further_answers import PHONE, Given, Sent
from responses.page import offers
from surveys.metrics import Scale
from surveys.wording import texts
from surveys.wording.further import FurtherQuestion, QuestionKind, Questions, of_nobody


class SheetReason(NamedTuple):
    """A reason for whoever types: in their language, and as it is printed, "" where that is the same."""

    name: str
    printed: str


def reasons(language: str) -> Iterator[SheetReason]:
    """Yield the reasons on a sheet of a language, in the order of their numbers."""
    own = dict(offers.offered(_readers()))
    for pk, printed in offers.offered(language):
        name = own.get(pk, printed)
        yield SheetReason(name, "" if name == printed else printed)


def questions(asked: Questions, language: str) -> Questions:
    """Return the further questions on a sheet of a language."""
    with spoken.speaking(language):
        return tuple(one for one in asked if one.text_in(language))


def title(question: FurtherQuestion, scale: Scale, brand: str) -> str:
    """Return a question for whoever types, with the scores that alone it follows."""
    text = texts.fill(question.name_in(_readers()), of_nobody(brand)).strip()
    scores = scale.spelt(*question.tiers)
    return f"{scores}: {text}" if scores else text


def key(question: FurtherQuestion, brand: str) -> str:
    """Return how it is typed in."""
    match question.kind:
        case QuestionKind.SCALE:
            return _("A number from 1 to 5.")
        case QuestionKind.CALL:
            return _("The phone that is written there; 1 where there is none.")
        case QuestionKind.TEXT:
            return ""
        case _:
            values = of_nobody(brand)
            said = [(number, question.option_in(number, _readers())) for number in question.options]
            return " · ".join(f"{number} {texts.fill(text, values).strip()}" for number, text in said)


def read(question: FurtherQuestion, typed: str) -> Given | None:
    """Return what was typed to a question, None where it makes no sense."""
    numbers = typed.replace(",", " ").split()
    sent: Mapping[QuestionKind, Sent] = {
        QuestionKind.MANY: {question.key: numbers},
        QuestionKind.TEXT: {question.key: [typed]},
        QuestionKind.CALL: {question.key: numbers} if numbers == ["1"] else {question.key + PHONE: [typed]},
    }
    given = further_answers.read((question,), sent.get(question.kind, {question.key: [typed.strip()]}))
    said = given.get(question.key)
    is_whole = said and (question.kind is not QuestionKind.MANY or set(numbers) == set(said.options))
    return said if is_whole else None


def _readers() -> str:
    return get_language() or "en"
