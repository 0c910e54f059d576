"""Customers' letters as a page shows them to somebody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from accounts.media import Medium
from delivery.models import IncomingLetter, Message
from followups.letters import refusals
from followups.models import Activity, CustomerLetter, Followup
from responses.word_access import WordAccess


@dataclass(frozen=True)
class ShownLetter:
    """A letter and whose it is. `is_hidden`: its words are kept from the reader, like those of the answer."""

    taken: CustomerLetter
    is_hidden: bool = False

    @property
    def letter(self) -> IncomingLetter:
        return self.taken.letter

    @property
    def address(self) -> str:
        """The address for which somebody may write down a no that stands in it; "" where it ended letters by itself, a
        machine wrote it, or none is known."""
        address = refusals.address_of(self.taken)
        is_over = self.letter.is_automatic or self.taken.ends_letters
        if address is None or is_over:
            return ""
        return str(Medium.TELEGRAM.label) if address[0] == Medium.TELEGRAM else address[1]


def of_activities(activities: Iterable[Activity], followup: Followup, access: WordAccess) -> Mapping[int, ShownLetter]:
    """Return, by the keys of the incoming letters, those that activities name; one query, none where none does.

    What a customer writes about a letter with a question is kept from whoever is rated like the words of the answer;
    what they write to a person who wrote to them is not, nor what they write without answering: it rates nobody.
    """
    named = [key for activity in activities if (key := activity.change.get("letter"))]
    if not named:
        return {}
    is_hidden = followup.response is not None and access.hides(followup.response)
    rows = CustomerLetter.objects.filter(letter__in=named).select_related("letter__answers", "invitation", "followup")
    return {row.letter_id: ShownLetter(row, is_hidden and not _is_conversation(row.letter)) for row in rows}


def _is_conversation(letter: IncomingLetter) -> bool:
    return letter.answers is not None and letter.answers.purpose == Message.Purpose.REPLY
