"""Closing letters as the page of their follow-up shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from followups.closing import dispatch, letters, wording
from followups.closing.forms import ClosingForm
from followups.models import ClosingLetter, Followup
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


def page(followup: Followup, access: WordAccess) -> dict[str, Any]:
    """Return what a page needs: the letters by key, the way to the customer and the form while one may be written."""
    rows = followup.closing_letters.order_by("pk")
    is_hidden = access.hides(followup.response)
    shown: Mapping[int, ShownClosing] = {row.pk: ShownClosing(row, is_hidden) for row in rows}
    return {
        "closings": shown,
        "closing_way": letters.way_to(followup) if dispatch.may_write(followup) else None,
        "closing_form": ClosingForm(
            initial={"subject": wording.subject(followup.response.language)}, auto_id="closing_%s"
        ),
    }
