"""What a customer wants to be written about: what they said, since when, from where, and what follows from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from accounts.media import OF_CUSTOMERS
from crm import reach
from crm.models import Consent, ConsentChange, Contact
from crm.reachability import Person, Purpose, Rules, Said, Use, may_write
from surveys.models import AskingPolicy

# Of the history so much is shown; the administration has all of it.
MOST_SHOWN = 20
# What makes two words one line.
SAME = attrgetter("status", "changed_at", "origin", "evidence")


@dataclass(frozen=True, slots=True)
class Spoken:
    """One word of a customer, about all these media."""

    media: Sequence[str]
    word: Consent


@dataclass(frozen=True, slots=True)
class MediumAnswer:
    """Whether something may be sent by a medium: to `address`, or not because of `fault`, one of the two."""

    medium: str
    address: str
    fault: str


@dataclass(frozen=True, slots=True)
class Wishes:
    """`objections`: to surveys, by medium. `unasked`: by which other media the law does not let us ask. `history`: the
    latest changes first."""

    of_surveys: Sequence[Spoken]
    of_offers: Sequence[Spoken]
    objections: Sequence[Consent]
    unasked: Sequence[MediumAnswer]
    offers: Sequence[MediumAnswer]
    history: Sequence[ConsentChange]


def wishes_of(contact: Contact) -> Wishes:
    """Return what one customer said, and what follows from it; eight queries at most."""
    said = list(contact.consents.order_by("medium"))
    rules = AskingPolicy.current().reach
    person = reach.people([contact], rules, purpose=Purpose.MARKETING)[contact.pk]
    objections = [word for word in said if word.use == Use.SURVEYS and word.status == Said.OBJECTED]
    told = {word.medium for word in objections}
    asks = [answer for answer in _answers(person, Purpose.ASK, rules) if answer.medium not in told]
    return Wishes(
        of_surveys=_spoken(word for word in said if word.use == Use.SURVEYS),
        of_offers=_spoken(word for word in said if word.use == Use.MARKETING),
        objections=objections,
        unasked=[answer for answer in asks if answer.fault in ("objected", "no_consent")],
        offers=_answers(person, Purpose.MARKETING, rules),
        history=list(contact.consent_changes.order_by("-kept_at", "-pk")[:MOST_SHOWN]),
    )


def _spoken(words: Iterable[Consent]) -> list[Spoken]:
    grouped = groupby(sorted(words, key=SAME), key=SAME)
    lines = [list(same) for _key, same in grouped]
    return [Spoken([word.medium for word in same], same[0]) for same in lines]


def _answers(person: Person, purpose: Purpose, rules: Rules) -> list[MediumAnswer]:
    """Return what holds for each medium by which this person has an address."""
    ways = (
        (medium, may_write(person, medium, purpose, rules)) for medium in OF_CUSTOMERS if medium in person.addresses
    )
    return [MediumAnswer(medium, way.address, "" if way else way.reason) for medium, way in ways]
