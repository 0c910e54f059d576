"""Who of a segment may be sent offers and news now, and why others may not. Nothing is written here."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from django.utils.translation import gettext_lazy as _

from accounts.media import Medium
from crm import reach
from crm.models import Contact
from crm.reachability import Person, Purpose, may_write
from followups.letters import lately
from followups.models import Mailing
from surveys.judging import reasons
from surveys.judging.asks import Asks
from surveys.models import AskingPolicy, Hold

MEDIUM = Medium.EMAIL
PURPOSE = Purpose.MARKETING
AT_ONCE = 2000
# Reasons beside those of reachability, as surveys.judging.reasons calls them.
HELD, ASKED, WRITTEN, SAME_ADDRESS = "hold", "floor", "written_lately", "same_address"
# What is said otherwise of offers than of asks.
SAID = {
    "objected": _("The customer wants no offers and news."),
    "do_not_contact": _("The customer wants no letters at all."),
}


def in_words(reason: str) -> str:
    """Say why somebody is not written to."""
    return str(SAID.get(reason) or reasons.label(reason))


@dataclass(frozen=True, slots=True)
class MailingVerdict:
    """Where a letter to one contact goes, or why it does not; one of the two."""

    contact: Contact
    address: str = ""
    reason: str = ""


@dataclass
class MailingForecast:
    """How many of a segment can be written to, in which languages, and why the others cannot."""

    languages: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def written(self) -> int:
        return self.languages.total()

    # A Counter answers a template with 0 for every name.
    @property
    def refusals(self) -> int:
        return self.refused.total()

    @property
    def everybody(self) -> int:
        return self.written + self.refusals


def forecast(mailing: Mailing, contacts: Iterable[Contact], *, now: datetime) -> MailingForecast:
    """Return what sending a mailing to these contacts now would come to; some ten queries for every AT_ONCE."""
    found, taken, left = MailingForecast(), set[str](), iter(contacts)
    while part := list(islice(left, AT_ONCE)):
        for verdict in verdicts(part, taken, now=now):
            if verdict.reason:
                found.refused[verdict.reason] += 1
            else:
                found.languages[mailing.language_for(verdict.contact.language)] += 1
    return found


def verdicts(contacts: Sequence[Contact], taken: set[str], *, now: datetime) -> Iterator[MailingVerdict]:
    """Yield a verdict on each contact; `taken` are the addresses that have this letter, and each new one is added.

    One mailbox gets one letter, however many records carry it.
    """
    policy = AskingPolicy.current()
    known = reach.known(contacts, policy.reach, purpose=PURPOSE)
    asks = Asks()
    asks.fetch(known)
    since = now - timedelta(days=policy.floor_days)
    held = set(Hold.objects.standing().filter(contact__in=contacts).values_list("contact", flat=True))
    written = lately.written_to([contact.pk for contact in contacts], since)
    for contact in contacts:
        way = may_write(known.people.get(contact.pk, Person()), MEDIUM, PURPOSE, policy.reach)
        against = {
            way.reason: not way,
            HELD: contact.pk in held,
            ASKED: _asked_since(asks, contact, way.address, since),
            WRITTEN: contact.pk in written,
            SAME_ADDRESS: way.address in taken,
        }
        reason = next((reason for reason, stands in against.items() if stands), "")
        if not reason:
            taken.add(way.address)
        yield MailingVerdict(contact, "" if reason else way.address, reason)


def _asked_since(asks: Asks, contact: Contact, address: str, since: datetime) -> bool:
    """Say whether the contact, or another one at this address, was asked since a moment."""
    known = asks.of(contact.pk, (MEDIUM.value, address))
    return any(ask.asked_at is not None and ask.asked_at > since for ask in known)
