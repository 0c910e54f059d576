"""The further questions as the survey page shows them, below the reason of the score."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from django.template.loader import render_to_string

from accounts.customerlanguages import spoken
from responses.further_answers import LONGEST_PHONE, LONGEST_WORDS, Given
from responses.page.forms import PREFIX
from surveys.metrics import Tier
from surveys.models import SurveyVersion
from surveys.wording import further, texts
from surveys.wording.further import Questions

NOTHING: Mapping[str, Given] = {}


class ShownChoice(NamedTuple):
    value: str
    text: str
    is_chosen: bool


class ShownQuestion(NamedTuple):
    """A question with what is said to it so far; `tiers`: after which scores alone it is asked."""

    name: str
    kind: str
    tiers: tuple[Tier, ...]
    text: str
    choices: list[ShownChoice]
    low: str
    high: str
    words: str
    wants: bool


@lru_cache(maxsize=256)
def of_version(version_id: int) -> Questions:
    """Return the further questions of a published version, which never change."""
    return further.read(SurveyVersion.objects.values_list("questions", flat=True).get(pk=version_id))


def block(questions: Questions, language: str, values: Mapping[str, str], given: Mapping[str, Given]) -> str:
    """Return safe HTML of the questions that are asked, "" without any; `values` fill their texts."""
    if not questions:
        return ""
    with spoken.speaking(language):
        rows = each_shown(questions, language, values, given)
        longest = {"longest_words": LONGEST_WORDS, "longest_phone": LONGEST_PHONE}
        return render_to_string("survey/_further.html", {"questions": rows, **longest})


def each_shown(
    questions: Questions, language: str, values: Mapping[str, str], given: Mapping[str, Given]
) -> list[ShownQuestion]:
    """Return the questions that a language says, with what is said to them so far, in that language."""
    with spoken.speaking(language):
        worded = [one for one in questions if one.text_in(language)]
        return [shown(one, language, values, given.get(one.key, Given(one.key))) for one in worded]


def shown(question: further.FurtherQuestion, language: str, values: Mapping[str, str], said: Given) -> ShownQuestion:
    """Return a question in a language, with what is said to it so far. It speaks the active language where nobody wrote
    its words."""
    text = question.text_in(language) or further.QuestionText()
    if question.kind.has_options:
        choices = [
            ShownChoice(number, texts.fill(text.options[number], values), number in said.options)
            for number in question.options
        ]
    else:
        choices = [ShownChoice(str(step), str(step), step == said.number) for step in further.STEPS]
    return ShownQuestion(
        name=PREFIX + question.key,
        kind=question.kind.value,
        tiers=question.tiers,
        text=texts.fill(text.question, values),
        choices=choices,
        low=texts.fill(text.low, values),
        high=texts.fill(text.high, values),
        words=said.words,
        wants=said.number == 1,
    )
