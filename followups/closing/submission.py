"""What a customer submits on the page of a closing letter."""

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from accounts.plaintext import clean
from responses.page import forms

LONGEST_COMMENT = 2_000


@dataclass(frozen=True, kw_only=True)
class ClosingSubmission:
    """`solved` is None where nothing was chosen; `gesture` names the trusted event a script saw."""

    solved: bool | None
    comment: str
    # The language button that was pressed instead of sending.
    switch_to: str
    language: str
    scripted: bool
    gesture: str
    shown_at: datetime | None

    @classmethod
    def of(cls, form: QueryDict) -> "ClosingSubmission":
        """Read the form; what makes no sense reads as not given."""
        return cls(
            solved=solved_of(form.get("solved")),
            comment=clean(form.get("comment", ""), limit=LONGEST_COMMENT, lines=True),
            switch_to=forms.language_of(form.get("switch")),
            language=forms.language_of(form.get("language")),
            scripted=form.get("scripted") == "1",
            gesture=forms.gesture_of(form.get("gesture")),
            shown_at=forms.moment_of(form.get("shown")),
        )


def solved_of(value: str | None) -> bool | None:
    return {"yes": True, "no": False}.get(value or "")
