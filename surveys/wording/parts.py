"""The parts in which a wording is written, one letter or one step of the page at a time."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class WordingPart(TextChoices):
    """What a customer sees at once, in the order in which they see it."""

    INVITATION = "invitation", _("Invitation")
    QUESTION = "question", _("The question")
    WHY = "why", _("After the score")
    THANKS = "thanks", _("The last page")
    REMINDER = "reminder", _("Reminder")
    THANK_YOU = "thank-you", _("Thank-you e-mail")
    TEXT = "text", _("Text message")

    @property
    def is_letter(self) -> bool:
        return self in (WordingPart.INVITATION, WordingPart.REMINDER, WordingPart.THANK_YOU)

    @property
    def is_text(self) -> bool:
        return self is WordingPart.TEXT

    @property
    def fields(self) -> tuple[str, ...]:
        return _FIELDS[self]

    @property
    def next(self) -> "WordingPart | None":
        """The part that is written after this one; None after the last."""
        parts = list(WordingPart)
        place = parts.index(self) + 1
        return parts[place] if place < len(parts) else None


_FIELDS: Mapping[WordingPart, tuple[str, ...]] = {
    WordingPart.INVITATION: ("email_subject", "email_preheader", "email_greeting", "email_body", "email_button"),
    WordingPart.QUESTION: ("question", "low_label", "high_label"),
    WordingPart.WHY: ("bad_question", "middle_question", "good_question"),
    WordingPart.THANKS: ("bad_thanks", "middle_thanks", "good_thanks"),
    WordingPart.REMINDER: ("reminder_subject", "reminder_body"),
    WordingPart.THANK_YOU: ("thanks_subject", "thanks_body"),
    WordingPart.TEXT: ("sms_body", "sms_reminder"),
}
_PART_OF = {field: part for part, fields in _FIELDS.items() for field in fields}


def part_of(field: str) -> WordingPart:
    """Return the part in which a text of the wording is written. Raises KeyError for an unknown one."""
    return _PART_OF[field]


def part_named(name: str) -> WordingPart:
    """Return the part of that name, else the first one."""
    return WordingPart(name) if name in WordingPart.values else next(iter(WordingPart))
