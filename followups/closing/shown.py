"""Closing letters as the page of their follow-up shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from followups.closing import dispatch, letters, wording
from followups.closing.forms import ClosingForm
from followups.models import Activity, ClosingLetter, Followup
from responses.evidence import reasons
from responses.word_access import WordAccess


@dataclass(frozen=True)
class ShownClosing:
    """A letter and its answer. `is_hidden`: the customer's words are kept from the reader, like those of the answer."""

    row: ClosingLetter
    is_hidden: bool

    @property
    def comment(self) -> str:
        return "" if self.is_hidden else self.row.comment

    @property
    def seen(self) -> list[str]:
        """What was seen of whoever answered, in words."""
        return list(reasons.words(self.row.evidence))


def page(followup: Followup, access: WordAccess, activities: Iterable[Activity]) -> dict[str, Any]:
    """Return what a page needs: the letters by the activity that tells of their answer, the way to the customer and
    the form while one may be written."""
    rows = {row.pk: row for row in followup.closing_letters.order_by("pk")}
    is_hidden = followup.response is not None and access.hides(followup.response)
    shown = {told.pk: ShownClosing(rows[key], is_hidden) for key, told in _last_told(activities).items() if key in rows}
    return {
        "closings": shown,
        "closing_way": letters.way_to(followup) if dispatch.may_write(followup) else None,
        "closing_form": ClosingForm(
            initial={"subject": wording.subject(followup.about.language, is_letter=followup.is_of_letter)},
            auto_id="closing_%s",
        ),
    }


def _last_told(activities: Iterable[Activity]) -> dict[int, Activity]:
    """Return by letter which activity tells of the answer that it has now: who answers twice is told of twice."""
    answered = [activity for activity in activities if activity.kind == Activity.Kind.ANSWERED]
    return {activity.change.get("closing", 0): activity for activity in sorted(answered, key=lambda one: one.pk)}
