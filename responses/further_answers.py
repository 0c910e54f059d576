"""What customers say to the further questions of a survey: read as it was sent, kept once a question, given back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.plaintext import clean
from responses.models import FurtherAnswer, Response
from surveys.metrics import SCALES, Scale, Tier
from surveys.wording import further
from surveys.wording.further import FurtherQuestion, QuestionKind, Questions

LONGEST_WORDS = 2000
LONGEST_PHONE = 60
# What a form sends, by the name of the field behind its prefix.
Sent = Mapping[str, Sequence[str]]
PHONE = "-phone"
# What stands in a form beside a box that was ticked when it was shown.
UNTICKED = "0"


@dataclass(frozen=True)
class Given:
    """What was said to one question."""

    key: str
    options: tuple[str, ...] = ()
    number: int | None = None
    words: str = ""

    @property
    def says_something(self) -> bool:
        return bool(self.options or self.words or self.number is not None)


def read(questions: Questions, sent: Sent) -> dict[str, Given]:
    """Return what was sent to these questions, by their keys; what makes no sense reads as not said."""
    found = (_read(question, sent) for question in questions)
    return {one.key: one for one in found if one.says_something}


def said(questions: Questions, sent: Sent, *, tier: Tier, language: str) -> tuple[Given, ...]:
    """Return what was sent to those of the questions that are asked after such a score in a language."""
    return tuple(read(further.asked(questions, tier, language), sent).values())


def _read(question: FurtherQuestion, sent: Sent) -> Given:
    values = sent.get(question.key, ())
    first = values[0] if values else ""
    match question.kind:
        case QuestionKind.SINGLE:
            return Given(question.key, options=(first,) if first in question.options else ())
        case QuestionKind.MANY:
            return Given(question.key, options=tuple(one for one in question.options if one in values))
        case QuestionKind.SCALE:
            return Given(question.key, number=next((step for step in further.STEPS if str(step) == first), None))
        case QuestionKind.CALL:
            phones = sent.get(question.key + PHONE, ())
            phone = clean(phones[0] if phones else "", limit=LONGEST_PHONE).strip()
            # Whoever writes a phone means to be called, but where the tick that stood there was taken away.
            is_meant = "1" in values or (phone and UNTICKED not in values)
            return Given(question.key, number=1, words=phone) if is_meant else Given(question.key)
        case QuestionKind.TEXT:
            return Given(question.key, words=clean(first, limit=LONGEST_WORDS, lines=True).strip())


@transaction.atomic
def record(response_id: int, given: Iterable[Given], *, language: str) -> None:
    """Keep what was said as all that is said after the score as it is now: what is left out of that is withdrawn, and
    what was said to a question of other scores stays, said with one of those. What the language in which it was asked
    does not say could not be left out, and stands.

    What is sent twice at once is kept one after the other.
    """
    found = Response.objects.select_for_update(no_key=True, of=("self",)).filter(pk=response_id)
    response = found.select_related("version").only("score", "metric", "version__questions").first()
    if response is None:
        return
    scale, wording = SCALES[response.metric], response.version
    questions = {question.key: question for question in further.read(wording.questions if wording else ())}
    rows = [
        FurtherAnswer(
            response_id=response_id,
            key=one.key,
            options=list(one.options),
            number=one.number,
            words=one.words,
            said_with=response.score,
            categories=_categories(questions.get(one.key), scale),
        )
        for one in given
    ]
    after = FurtherAnswer.objects.filter(response=response_id).standing_after(scale.category_of(response.score).value)
    unasked = [key for key, question in questions.items() if question.text_in(language) is None]
    after.exclude(key__in=[*unasked, *(row.key for row in rows)]).delete()
    FurtherAnswer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["key", "response"],
        update_fields=["options", "number", "words", "said_with", "categories"],
    )


def _categories(question: FurtherQuestion | None, scale: Scale) -> list[str]:
    return [scale.categories[tier].value for tier in question.tiers] if question else []


@transaction.atomic
def record_one(response_id: int, asked: Questions, said: Given, *, language: str) -> None:
    """Keep what was said to one of the questions that are asked; what was said to the others of them stands."""
    if not Response.objects.select_for_update(no_key=True).filter(pk=response_id).values_list("pk"):
        return
    kept = given_to(response_id) | {said.key: said}
    given = [kept[one.key] for one in asked if one.key in kept and kept[one.key].says_something]
    record(response_id, given, language=language)


def forget_of_machine(invitation_id: int) -> None:
    """Let go of what a machine said to further questions: it is nobody's once a person answers."""
    FurtherAnswer.objects.filter(response__invitation=invitation_id, response__is_provisional=True).delete()


def given_to(response_id: int | None) -> dict[str, Given]:
    """Return what an answer said to further questions, by their keys."""
    if response_id is None:
        return {}
    return {row.key: of(row) for row in FurtherAnswer.objects.filter(response=response_id)}


def of(row: FurtherAnswer) -> Given:
    return Given(row.key, tuple(row.options), row.number, row.words)


def in_words(question: FurtherQuestion, given: Given, language: str) -> str:
    """Return what was said as a reader of a language reads it; of a wish to be called nothing but the number."""
    if question.kind.has_options:
        return ", ".join(question.option_in(number, language) for number in given.options)
    return f"{given.number}/{further.STEPS[-1]}" if question.kind is QuestionKind.SCALE else given.words
