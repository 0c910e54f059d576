"""The words of customers on pages: templates ask here for them, and never the answer itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django import template
from django.template import Context
from django.utils.translation import get_language

from responses import further_answers
from responses.further_answers import Given
from responses.models import Response
from responses.page import further
from responses.word_access import SaidWords, WordAccess
from surveys.wording import texts
from surveys.wording.further import FurtherQuestion, QuestionKind, of_nobody

register = template.Library()


@dataclass(frozen=True, slots=True)
class SaidFurther:
    """What was said to one further question: `words` hold the customer's own, which may be hidden."""

    question: str
    text: str
    is_own: bool
    is_hidden: bool
    is_call: bool


@register.simple_tag(takes_context=True)
def further_of(context: Context, response: Response) -> list[SaidFurther]:
    """Return what an answer says to further questions; no query where its wording asks none."""
    asked = further.of_version(response.version_id) if response.version_id else ()
    if not asked:
        return []
    given, language = further_answers.given_to(response.pk), get_language() or "en"
    hidden = WordAccess.of_request(context.request).hides(response)  # type: ignore[attr-defined]
    values = of_nobody(response.survey.brand.name)
    return [
        _said(question, given[question.key], language, values, is_hidden=hidden)
        for question in asked
        if question.key in given
    ]


def _said(
    question: FurtherQuestion, said: Given, language: str, values: Mapping[str, str], *, is_hidden: bool
) -> SaidFurther:
    is_own = question.kind is QuestionKind.TEXT
    text = "" if is_own and is_hidden else further_answers.in_words(question, said, language)
    return SaidFurther(
        texts.fill(question.name_in(language), values),
        text,
        is_own,
        is_own and is_hidden,
        question.kind is QuestionKind.CALL,
    )


@register.simple_tag(takes_context=True)
def words_of(context: Context, response: Response) -> SaidWords:
    """Return the words of an answer as the reader of the page may read them; one query for a whole page."""
    return WordAccess.of_request(context.request).said(response)  # type: ignore[attr-defined]
