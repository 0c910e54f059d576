"""Which customers asked for an improvement, and which of them may be told now that it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import company_clock
from accounts.media import Medium
from accounts.models import User
from crm import reach
from crm.models import Contact
from crm.reachability import Person, Purpose, may_write
from followups.improvements import answers
from followups.letters import lately
from followups.models import Improvement
from responses.models import Response
from surveys.judging import reasons
from surveys.judging.asks import Asks
from surveys.models import AskingPolicy

MEDIUM = Medium.EMAIL
TOLD, LATER, RESTS, NO_WORDS = "told", "later", "rests", "no_words"
# Why a customer is not written to, beside what reachability says.
REASONS: Mapping[str, Promise] = {
    TOLD: _("They have had the letter."),
    LATER: _("They complained of it after it was done."),
    RESTS: _("They had a letter of ours not long ago."),
    NO_WORDS: _("Nothing is written in their language."),
    "do_not_contact": _("They do not want letters."),
    "objected": _("They do not want letters."),
    "refused": _("They do not want letters."),
}


@dataclass(frozen=True, slots=True)
class Complainant:
    """A customer who asked for an improvement: the latest answer of theirs that did, and how they are written to.

    `fault`: why they are not, a code of `reason_of`; "" where they are. `came_back`: why the letter that was written to
    them did not arrive, in the words of the mail server where it has some; "" where none was, or it did.
    """

    contact: Contact
    response: Response
    address: str = ""
    fault: str = ""
    came_back: str = ""

    @property
    def reason(self) -> str:
        """Why they are not written to, in words."""
        return reason_of(self.fault)


@dataclass(frozen=True, slots=True)
class Complainants:
    """The customers behind the answers of an improvement; answers without a customer are only counted."""

    customers: Sequence[Complainant]
    anonymous: int

    @property
    def writable(self) -> list[Complainant]:
        return [each for each in self.customers if not each.fault]

    @property
    def came_back(self) -> list[Complainant]:
        """Those whose letter did not arrive."""
        return [each for each in self.customers if each.came_back]

    @property
    def left(self) -> list[tuple[str, int]]:
        """Why others are not written to, in words, and how many for each reason, most first."""
        found = Counter(reason_of(each.fault) for each in self.customers if each.fault)
        return found.most_common()

    @property
    def languages(self) -> list[str]:
        return sorted({each.response.language for each in self.customers})


def reason_of(fault: str) -> str:
    """Return in the active language why a customer is not written to."""
    return str(REASONS[fault]) if fault in REASONS else reasons.label(fault)


def of(improvement: Improvement, reader: User, now: datetime) -> Complainants:
    """Return the customers who asked for it, as far as a person may look at their answers."""
    linked = answers.linked(improvement, reader).select_related("contact__merged_into", "survey__brand", "invitation")
    latest: dict[int, Response] = {}
    anonymous = 0
    for response in linked.order_by("answered_at", "pk"):
        if response.contact is None:
            anonymous += 1
        else:
            latest[response.contact.survivor.pk] = response
    return Complainants(judged(improvement, latest.values(), now), anonymous)


def judged(improvement: Improvement, latest: Iterable[Response], now: datetime) -> list[Complainant]:
    """Say of the customers of these answers, one each, who may be written to at `now`; nine queries at most."""
    speaking = {response.contact.survivor.pk: response for response in latest if response.contact}
    contacts = {pk: response.contact.survivor for pk, response in speaking.items() if response.contact}
    policy = AskingPolicy.current()
    known = reach.known(contacts.values(), policy.reach, purpose=Purpose.CLOSING)
    told = set(improvement.letters.told().filter(contact__in=contacts).values_list("contact", flat=True))
    came_back = _came_back(improvement, contacts)
    clock = _Clock(known, contacts, now, timedelta(days=policy.floor_days))
    found = []
    for pk, response in speaking.items():
        way = may_write(known.people.get(pk, Person()), MEDIUM, Purpose.CLOSING, policy.reach)
        if pk in told:
            fault = TOLD
        elif improvement.done_on and company_clock.today(response.answered_at) > improvement.done_on:
            fault = LATER
        elif not way:
            fault = way.reason
        elif clock.rests(pk, way.address):
            fault = RESTS
        else:
            fault = "" if improvement.told.get(response.language) else NO_WORDS
        found.append(Complainant(contacts[pk], response, way.address, fault, came_back.get(pk, "")))
    return found


def _came_back(improvement: Improvement, contacts: Collection[int]) -> dict[int, str]:
    """Return by contact why the letter about it did not arrive."""
    letters = improvement.letters.not_arrived().filter(contact__in=contacts).select_related("message")
    return {
        letter.contact_id: gettext(letter.message.error)
        if letter.message.error
        else letter.message.get_status_display()
        for letter in letters
        if letter.message
    }


class _Clock:
    """When these customers had the latest letter of ours that came without a word of theirs."""

    def __init__(self, known: reach.Known, contacts: Collection[int], now: datetime, floor: timedelta) -> None:
        self.since = now - floor
        self.asks = Asks()
        self.asks.fetch(known)
        self.told = lately.written_to(contacts, self.since)

    def rests(self, contact: int, address: str) -> bool:
        """Say whether the days between any two asks have not passed; what others at the mailbox were asked counts."""
        asked = (ask.asked_at for ask in self.asks.of(contact, (MEDIUM.value, address)))
        return contact in self.told or any(at > self.since for at in asked if at)
