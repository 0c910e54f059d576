"""Writing a draft: a part at a time, so that two people at two parts disturb each other in nothing."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Any

from django.db import transaction

from accounts.customerlanguages import spoken
from surveys.models import SurveyVersion
from surveys.wording import further
from surveys.wording.further import Questions
from surveys.wording.texts import STANDARD

Texts = Mapping[str, str]


class WrittenMeanwhile(Exception):
    """Somebody else wrote the same part since it was shown; `texts`: what stands there now."""

    def __init__(self, texts: Texts) -> None:
        super().__init__(texts)
        self.texts = texts


class AlreadyPublished(Exception):
    """What was a draft is published, and can no longer be changed."""


def written(version: SurveyVersion, language: str, fields: tuple[str, ...]) -> dict[str, str]:
    """Return what is written in one language, without anything that stands in for it."""
    texts = version.texts.get(language, {})
    return {field: texts.get(field, "") for field in fields}


def fingerprint(texts: Texts) -> str:
    """Return a short sign of these texts: other texts have another."""
    return _sign_of(texts)


def fingerprint_of(questions: Sequence[Mapping[str, Any]]) -> str:
    """Return a short sign of further questions as a wording keeps them."""
    return _sign_of(questions)


def _sign_of(written: Any) -> str:
    return hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()[:16]


class AskedMeanwhile(Exception):
    """Somebody else changed the further questions since they were shown; `seen`: the sign of what stands there now."""

    def __init__(self, seen: str) -> None:
        super().__init__(seen)
        self.seen = seen


def ask(draft_id: int, questions: Questions, *, seen: str) -> SurveyVersion:
    """Put further questions into a draft in place of those it has, and return it.

    Raises AskedMeanwhile and AlreadyPublished, keeping nothing.
    """
    asked = [question.stored() for question in questions]

    def put(draft: SurveyVersion) -> None:
        stands = fingerprint_of(draft.questions)
        if stands not in (seen, fingerprint_of(asked)):
            raise AskedMeanwhile(stands)
        draft.questions = asked

    return _changed(draft_id, put)


def write(draft_id: int, language: str, texts: Texts, *, seen: str) -> SurveyVersion:
    """Put texts into a draft and return it; `seen`: the fingerprint of what was shown to who wrote them.

    Raises WrittenMeanwhile and AlreadyPublished, keeping nothing.
    """

    def put(draft: SurveyVersion) -> None:
        stands = written(draft, language, tuple(texts))
        if stands != texts and fingerprint(stands) != seen:
            raise WrittenMeanwhile(stands)
        draft.texts[language] = {**draft.texts.get(language, {}), **texts}

    return _changed(draft_id, put)


def fill_up(draft_id: int) -> SurveyVersion:
    """Put the standard texts where a draft has none, in every language; what is written stays."""
    return _changed(draft_id, lambda draft: _take(draft, STANDARD[draft.survey.metric], replaces=False))


def take_over(draft_id: int, source: SurveyVersion, *, replaces: bool, asks: bool = False) -> SurveyVersion:
    """Put the texts of another wording of the same metric into a draft: where it has none, or everywhere.

    `asks`: its further questions too, under keys of their own.
    """

    def take(draft: SurveyVersion) -> None:
        if source.survey.metric != draft.survey.metric:
            raise ValueError(f"{source} asks by another metric than {draft}.")
        _take(draft, source.texts, replaces=replaces)
        if asks and (replaces or not draft.questions):
            draft.questions = further.anew(source.questions)

    return _changed(draft_id, take)


def as_typed(version: SurveyVersion, language: str, texts: Texts) -> SurveyVersion:
    """Return the wording as it would read with what is typed and not saved; it is not to be saved itself."""
    seen = copy(version)
    seen.texts = {**version.texts, language: {**version.texts.get(language, {}), **texts}}
    return seen


def _take(draft: SurveyVersion, source: Mapping[str, Texts], *, replaces: bool) -> None:
    for language in spoken.codes():
        own = draft.texts.get(language, {})
        taken = _texts_in(source.get(language, {}))
        draft.texts[language] = {**own, **taken} if replaces else {**own, **taken, **_texts_in(own)}


def _texts_in(texts: Texts) -> Texts:
    return {field: text for field, text in texts.items() if text.strip()}


@transaction.atomic
def _changed(draft_id: int, change: Callable[[SurveyVersion], None]) -> SurveyVersion:
    draft = SurveyVersion.objects.select_for_update(of=["self"]).select_related("survey__brand").get(pk=draft_id)
    if draft.is_published:
        raise AlreadyPublished
    change(draft)
    draft.save(update_fields=["texts", "questions"])
    return draft
