"""Who was asked and who is about to be, by contact and by address, whoever carries it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce

from accounts import addresses
from accounts.addresses import PHONES
from accounts.media import Medium
from crm.reach import Known
from crm.reachability import Person
from crm.suppressions import Spelled
from surveys.models import Invitation, Survey

AWAITING_ANSWER = frozenset(
    {Invitation.Status.QUEUED, Invitation.Status.SENT, Invitation.Status.DELIVERED, Invitation.Status.UNKNOWN}
)
LIVE = Q(status__in=Invitation.COUNTING)
PLANNED = Q(status=Invitation.Status.PLANNED, survey__status=Survey.Status.ACTIVE)
# When an ask that counts was made: handed over, or else let out.
COUNTED_FROM = Coalesce("asked_at", "queued_at")
COLUMNS = (
    "contact", "survey", "kind", "touchpoint__deal", COUNTED_FROM, "expires_at", "status", "due_at", "survey__priority",
    "survey__name", "pk", "company", "address_key",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ask:
    """An ask of a contact, made or planned. What never left or came back asked nobody and is left out.

    `address`: where it went, None where that is not known or not decided yet.
    """

    contact_id: int
    survey_id: int
    kind: str
    deal_id: int | None
    asked_at: datetime | None
    pending_until: datetime | None
    due_at: datetime
    priority: int
    survey: str = ""
    invitation_id: int | None = None
    company_id: int | None = None
    address: Spelled | None = None


class Asks:
    """The asks of the contacts at hand and of others who carry the same addresses: one mailbox gets one letter."""

    def __init__(self) -> None:
        self._of_contact: defaultdict[int, list[Ask]] = defaultdict(list)
        self._at: defaultdict[Spelled, list[Ask]] = defaultdict(list)
        # What each contact carries together with another one.
        self._shared: Mapping[int, Collection[Spelled]] = {}

    def of(self, contact_id: int, address: Spelled | None) -> list[Ask]:
        """Return the asks of a contact and those of others at the address at which it would be asked."""
        own = self._of_contact.get(contact_id, [])
        place = rung(address) if address else None
        if place is None or place not in self._at:
            return own
        return [*own, *(ask for ask in self._at[place] if ask.contact_id != contact_id)]

    def add(self, ask: Ask) -> None:
        self._of_contact[ask.contact_id].append(ask)
        for address in self._addresses_of(ask):
            self._at[address].append(ask)

    def remove(self, ask: Ask) -> None:
        self._of_contact[ask.contact_id].remove(ask)
        for address in self._addresses_of(ask):
            self._at[address].remove(ask)

    def planned(self, invitation: Invitation) -> list[Ask]:
        """Return the planned ask of an invitation, as a list of one or none."""
        known = self._of_contact.get(invitation.contact_id, [])
        return [ask for ask in known if ask.invitation_id == invitation.pk and ask.asked_at is None]

    def fetch(self, known: Known) -> None:
        """Fetch what was asked of these people and of others at their addresses; two queries."""
        self.share(known.shared)
        people = known.people
        of_key = keys_of(people)
        contacts = {*people, *self._shared}
        theirs = Invitation.objects.filter(LIVE | PLANNED, contact__in=contacts).values_list(*COLUMNS)
        # Asked before their contact got another address, or their contact is gone.
        elsewhere = Invitation.objects.filter(LIVE, address_key__in=list(of_key)).exclude(contact__in=contacts)
        for row in (*theirs, *elsewhere.values_list(*COLUMNS)):
            self.add(_ask(row, of_key))

    def fetch_own(self, contact_id: int) -> None:
        """Fetch what one contact was asked, and nobody else; in one query."""
        for row in Invitation.objects.filter(LIVE | PLANNED, contact=contact_id).values_list(*COLUMNS):
            self.add(_ask(row, {}))

    def share(self, shared: Mapping[int, Collection[Spelled]]) -> None:
        """Note which addresses contacts carry together; what is added afterwards counts there."""
        self._shared = {contact: {rung(address) for address in carried} for contact, carried in shared.items()}

    def sharing(self) -> Collection[int]:
        """Return who carries an address together with another contact."""
        return self._shared.keys()

    def _addresses_of(self, ask: Ask) -> Iterable[Spelled]:
        if ask.asked_at is None:
            return self._shared.get(ask.contact_id, ())
        return (rung(ask.address),) if ask.address else ()


def rung(address: Spelled) -> Spelled:
    """Return one spelling for a phone by whichever medium it rings: it has one digest, and its owner is asked once."""
    medium, value = address
    return (Medium.SMS.value, value) if medium in PHONES else address


def keys_of(people: Mapping[int, Person]) -> dict[int, Spelled]:
    """Return the addresses of these people, by every key under which an ask may have recorded them."""
    return {
        addresses.short(digest): (medium, address.value)
        for person in people.values()
        for medium, known in person.addresses.items()
        for address in known
        for digest in addresses.digests(medium, address.value)
    }


def _ask(row: Sequence[Any], of_key: Mapping[int, Spelled]) -> Ask:
    contact, survey, kind, deal, asked_at, expires_at, status, due_at, priority, name, pk, company, key = row
    asked_at = asked_at if status != Invitation.Status.PLANNED else None
    pending_until = expires_at if status in AWAITING_ANSWER else None
    address = of_key.get(key) if key else None
    return Ask(contact, survey, kind, deal, asked_at, pending_until, due_at, priority, name, pk, company, address)
