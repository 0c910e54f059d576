"""The further questions of a survey in a file."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.customerlanguages import spoken
from onboarding.configuration.columns import FileColumn, check_length
from surveys import services
from surveys.models import Survey, SurveyVersion
from surveys.wording import further
from surveys.wording.further import FurtherQuestion
from surveys.wording.texts import PLACEHOLDERS, unknown_placeholders


class QuestionsColumn(FileColumn):
    """Those of the newest wording, published or not. From a file they come with its draft."""

    needs_row = True

    def __init__(self) -> None:
        super().__init__("questions", gettext_lazy("further questions"))

    def told(self, row: Survey) -> Any:
        newest = row.versions.order_by("-number").first() if row.pk else None
        return newest.questions if newest else []

    def read(self, value: Any) -> Any:
        if not isinstance(value, list):
            raise ValidationError(_("Write a list."))
        check_length(value, further.MOST)
        for number, stored in enumerate(value, start=1):
            if not further.is_sound(stored) or not all(map(_is_spoken, stored["texts"].items())):
                said = _("Question %(number)s cannot be asked as it is written: something is missing, or too much.")
                raise ValidationError(said % {"number": number})
        if len({stored["key"] for stored in value}) < len(value):
            raise ValidationError(_("Two questions have one key."))
        return [FurtherQuestion.of(stored).stored() for stored in value]

    def normal(self, value: Any) -> Any:
        try:
            return self.read(value)
        except ValidationError:
            return value

    def put(self, row: Survey, value: Any) -> None:
        draft = services.draft_of(row)
        others = SurveyVersion.objects.exclude(survey=row).exclude(questions=[]).values_list("questions", flat=True)
        taken = {question["key"] for questions in others for question in questions}
        own = [further.anew([question])[0] if question["key"] in taken else question for question in value]
        SurveyVersion.objects.filter(pk=draft.pk).update(questions=own)


def _is_spoken(text: tuple[str, dict[str, Any]]) -> bool:
    """Whether customers are asked in the language of a text, and everything in it is filled in."""
    language, said = text
    words = " ".join([said["question"], *said["options"].values(), said["low"], said["high"]])
    return spoken.is_offered(language) and not unknown_placeholders(words, PLACEHOLDERS)
