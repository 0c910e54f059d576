"""What clients read of an answer: the columns of the exports, as JSON."""

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any, TypeAlias

from rest_framework import serializers

from analytics.explorer import columns
from analytics.explorer.columns import ExportColumn
from analytics.further import questions
from analytics.further.questions import AskedQuestion
from surveys.wording.further import QuestionKind

AnyField: TypeAlias = serializers.Field[Any, Any, Any, Any]

# Whatever is not text.
SHAPES: dict[str, Callable[..., AnyField]] = {
    **dict.fromkeys(("id", "score", "score_now"), serializers.IntegerField),
    **dict.fromkeys(("answered_at", "changed_at", "updated_at"), serializers.DateTimeField),
    **dict.fromkeys(("in_doubt", "is_counted"), serializers.BooleanField),
    **dict.fromkeys(("amount", "amount_base"), partial(serializers.DecimalField, max_digits=16, decimal_places=2)),
    "topics": lambda **options: serializers.ListField(child=serializers.CharField(), **options),
    columns.FURTHER: lambda **options: FurtherAnswerRead(many=True, **options),
}
ABOUT = {
    "score": "The score that counts. It stands from the first contact by staff on, or 7 days after the answer.",
    "score_now": "What the customer says by now.",
    "category": "promoter, passive or detractor; satisfied, undecided or dissatisfied; easy, so_so or hard.",
    "is_counted": "False while nobody has confirmed that a person gave the answer, and when somebody said none did.",
    "in_doubt": "Something speaks against a person; see also is_counted.",
    "comment": "Empty too where the company hides it from the person rated and the key lacks “hidden_words”.",
    "topics": "Slugs, those that the customer tapped and those that were found or set.",
    columns.FURTHER: "What was said to the further questions of the survey.",
    "followup": "new, in_progress, waiting, resolved or dismissed; null where there is none.",
    "changed_at": "When the customer said it last.",
    "updated_at": "When anything of this row changed last, names of other records apart.",
}


class FurtherAnswerRead(serializers.Serializer[Any]):
    """What was said to one further question, with its words as they are worded newest."""

    key = serializers.CharField(help_text="Stays through all wordings of the question.")
    question = serializers.CharField()
    kind = serializers.ChoiceField(QuestionKind.values)
    options = serializers.ListField(child=serializers.CharField(), help_text="What was chosen, in words.")
    number = serializers.IntegerField(allow_null=True, help_text="1 to 5 of a scale; 1 of who wants to be called.")
    words = serializers.CharField(help_text="Own words, or where and when to call.")

    @cached_property
    def asked(self) -> Mapping[str, AskedQuestion]:
        return questions.known()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        asked = self.asked.get(instance["key"])
        return {
            "key": instance["key"],
            "question": asked.text if asked else "",
            "kind": asked.question.kind.value if asked else "",
            "options": [asked.option(number) if asked else number for number in instance["options"]],
            "number": instance["number"],
            "words": instance["words"],
        }


class AnswerRead(serializers.Serializer[Any]):
    """Of a row as columns.OF_API tells it; without what is personal where the context says so."""

    def get_fields(self) -> dict[str, AnyField]:
        is_personal = self.context.get("is_personal", True)
        return {column.name: _field(column) for column in columns.OF_API if is_personal or not column.is_personal}


def _field(column: ExportColumn) -> AnyField:
    shape = SHAPES.get(column.name, serializers.CharField)
    is_told: dict[str, bool] = {"required": False} if column.is_personal else {"read_only": True}
    return shape(source=columns.told(column), allow_null=True, help_text=ABOUT.get(column.name), **is_told)
