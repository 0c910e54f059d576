"""What another system sends of an answer that a member of staff took down, and what it is told of it."""

from typing import Any

from rest_framework import serializers

from accounts.media import Mode
from accounts.plaintext import clean
from responses.further_answers import LONGEST_WORDS
from responses.models import Response
from responses.page.forms import LONGEST_COMMENT
from surveys.wording.further import MOST_OPTIONS

LONGEST_ID = 200
TAKEN = (Mode.TELEPHONE, Mode.MEETING, Mode.PAPER)


class PlainText(serializers.CharField):
    """Text without what cannot be seen; its lines are kept."""

    def to_internal_value(self, data: Any) -> str:
        return clean(str(super().to_internal_value(data)), lines=True)


class FurtherSent(serializers.DictField):
    """What was said to further questions, by their keys: lists of the numbers of options, of a step, or of words."""

    child = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_WORDS, allow_blank=True), max_length=MOST_OPTIONS
    )


class TakenDownAnswerWrite(serializers.Serializer[Any]):
    external_id = serializers.CharField(
        max_length=LONGEST_ID, help_text="Yours, one for each answer: sent again with it, an answer is taken once."
    )
    entered_by = serializers.EmailField(help_text="The login of the member of staff who took it down.")
    mode = serializers.ChoiceField(choices=[(mode.value, mode.value) for mode in TAKEN])
    survey = serializers.CharField(max_length=200, help_text="Its name; it must be switched on.")
    contact = serializers.CharField(
        max_length=200,
        required=False,
        allow_null=True,
        help_text="The ID of the customer in your source. Of a sheet of paper it may be missing.",
    )
    score = serializers.IntegerField()
    comment = PlainText(required=False, allow_blank=True, max_length=LONGEST_COMMENT)
    topics = serializers.ListField(
        child=serializers.SlugField(), required=False, max_length=50, help_text="The slugs of topics on offer."
    )
    further = FurtherSent(required=False, help_text="By the keys of the survey's further questions.")
    language = serializers.CharField(
        max_length=20, required=False, help_text="In which the customer was asked; else that of the customer."
    )
    said_at = serializers.DateTimeField(required=False, help_text="Now, where it is missing.")
    came_of_themselves = serializers.BooleanField(
        default=False, help_text="The customer wanted to speak, so the rules of how often we ask do not hold."
    )
    batch = serializers.CharField(max_length=100, required=False, allow_blank=True)


class TakenDownAnswerRead(serializers.Serializer[Response]):
    """What became of it."""

    id = serializers.IntegerField(source="pk")
    score = serializers.IntegerField()
    mode = serializers.CharField(source="medium")
    answered_at = serializers.DateTimeField()
    entered_by = serializers.EmailField(source="staff_entry.by.email")
    about_own_deal = serializers.BooleanField(source="staff_entry.is_own_deal")
