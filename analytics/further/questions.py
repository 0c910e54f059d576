"""The further questions that were ever asked, each as it is worded newest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from surveys.models import Survey, SurveyVersion
from surveys.wording import further, texts
from surveys.wording.further import FurtherQuestion, QuestionKind


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question of a survey, for whoever reads its answers; `before`: its earlier wordings, the newest first."""

    survey: Survey
    question: FurtherQuestion
    place: int
    before: tuple[FurtherQuestion, ...] = ()

    @property
    def key(self) -> str:
        return self.question.key

    @property
    def text(self) -> str:
        return self._filled(self.question.name_in(get_language() or "en"))

    def option(self, number: str) -> str:
        wordings = (self.question, *self.before)
        wording = next((one for one in wordings if number in one.options), self.question)
        return self._filled(wording.option_in(number, get_language() or "en"))

    def choices(self) -> Iterator[tuple[str, str]]:
        """Yield what may be chosen by its number, with its words; nothing of a question for words."""
        match self.question.kind:
            case QuestionKind.SCALE:
                yield from ((str(step), str(step)) for step in further.STEPS)
            case QuestionKind.CALL:
                yield "1", _("Yes, please call me")
            case _:
                offered = {number for wording in (self.question, *self.before) for number in wording.options}
                yield from ((number, self.option(number)) for number in sorted(offered))

    def _filled(self, text: str) -> str:
        return texts.fill(text, further.of_nobody(self.survey.brand.name)).strip()


def known() -> Mapping[str, AskedQuestion]:
    """Return every question of a published wording by its key: the surveys by name, the newest wording first."""
    found: dict[str, AskedQuestion] = {}
    versions = SurveyVersion.objects.published().exclude(questions=[]).select_related("survey__brand")
    for version in versions.order_by("survey__name", "survey", "-number"):
        for place, question in enumerate(version.further):
            if newest := found.get(question.key):
                found[question.key] = replace(newest, before=(*newest.before, question))
            else:
                found[question.key] = AskedQuestion(version.survey, question, place)
    return found
