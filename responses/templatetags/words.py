"""The words of customers on pages: templates ask here for them, and never the answer itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django import template
from django.template import Context
from django.utils.translation import get_language

from responses import further_answers
from responses.models import FurtherAnswer, Response
from responses.page import further
from responses.word_access import SaidWords, WordAccess
from surveys.wording import texts
from surveys.wording.further import FurtherQuestion, QuestionKind, of_nobody

register = template.Library()


@dataclass(frozen=True, slots=True)
class SaidFurther:
    """What was said to one further question: `words` hold the customer's own, which may be hidden.

    `earlier`: the score with which it was said, where it does not count with the one that does.
    """

    question: str
    text: str
    is_own: bool
    is_hidden: bool
    is_call: bool
    earlier: int | None


@register.simple_tag(takes_context=True)
def further_of(context: Context, response: Response) -> list[SaidFurther]:
    """Return what an answer says to further questions; no query where its wording asks none."""
    asked = further.of_version(response.version_id) if response.version_id else ()
    if not asked:
        return []
    given, language = {row.key: row for row in response.further.all()}, get_language() or "en"
    hidden = WordAccess.of_request(context.request).hides(response)  # type: ignore[attr-defined]
    values = of_nobody(response.survey.brand.name)
    return [
        _said(question, given[question.key], language, values, category=response.category, is_hidden=hidden)
        for question in asked
        if question.key in given
    ]


def _said(
    question: FurtherQuestion,
    said: FurtherAnswer,
    language: str,
    values: Mapping[str, str],
    *,
    category: str,
    is_hidden: bool,
) -> SaidFurther:
    is_own = question.kind is QuestionKind.TEXT
    text = "" if is_own and is_hidden else further_answers.in_words(question, further_answers.of(said), language)
    return SaidFurther(
        texts.fill(question.name_in(language), values),
        text,
        is_own,
        is_own and is_hidden,
        question.kind is QuestionKind.CALL,
        None if said.stands_after(category) else said.said_with,
    )


@register.simple_tag(takes_context=True)
def words_of(context: Context, response: Response) -> SaidWords:
    """Return the words of an answer as the reader of the page may read them; one query for a whole page."""
    return WordAccess.of_request(context.request).said(response)  # type: ignore[attr-defined]
