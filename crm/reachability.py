"""Whether a person may be written to by a medium: one answer, with its reason, for every kind of letter. Pure.

The law behind it: Regulation (EU) 2016/679 (GDPR), art. 21, on objecting; Directive 2002/58/EC (ePrivacy), art. 13, on
consent to advertising and on customers, who may be sent offers like what they bought until they say no (soft opt-in);
Lithuania's law on the protection of personal data, art. 2, for which a question about one's opinion is advertising.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.addresses import domain_of
from accounts.media import Medium

EUROPEAN_UNION = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)
# Where the directive's rule on customers holds: the Union and the rest of the European Economic Area.
SOFT_OPT_IN = EUROPEAN_UNION | {"IS", "LI", "NO"}


class Purpose(StrEnum):
    ASK = "ask"
    REMINDER = "reminder"
    THANKS = "thanks"
    REPLY = "reply"
    CLOSING = "closing"
    # Offers, referrals, news.
    MARKETING = "marketing"


# What is sent to many without a word of theirs first.
UNASKED = frozenset({Purpose.ASK, Purpose.REMINDER, Purpose.MARKETING})


class Said(TextChoices):
    """What a person said about a medium and a use of it."""

    GIVEN = "given", _("given")
    SOFT_OPT_IN = "soft_opt_in", _("existing customer")
    OBJECTED = "objected", _("objected")


class Use(TextChoices):
    """What a person consents or objects to."""

    SURVEYS = "surveys", _("surveys")
    MARKETING = "marketing", _("offers and news")
    # Being called or written to about something they said.
    ANSWERS = "answers", _("a reply to their answer")


@dataclass(frozen=True, slots=True)
class Address:
    """One normalised address; moments say since when it is out of use, wants no letters, and wants no offers."""

    value: str
    bounced_at: datetime | None = None
    refused_at: datetime | None = None
    offers_ended_at: datetime | None = None

    @property
    def moments(self) -> set[datetime]:
        return {at for at in (self.bounced_at, self.refused_at, self.offers_ended_at) if at}


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of one person: `addresses` by medium in order of preference, `said` by medium and use.

    `said_at` holds the moments of `said`. `said_no_at`: since when this person wants no letter at all. `country` is a
    code of ISO 3166, or "". `closed`: the media by which nothing can go to this person as things are set up here, each
    with the reason. `is_absorbed`: another record speaks for this person now, so that nothing goes to this one.
    `is_sample`: this person is invented, and nothing is ever written to them.
    """

    addresses: Mapping[str, Sequence[Address]] = field(default_factory=dict)
    said: Mapping[tuple[str, str], str] = field(default_factory=dict)
    said_at: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    said_no_at: datetime | None = None
    country: str = ""
    is_customer: bool = False
    is_absorbed: bool = False
    is_sample: bool = False
    closed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the company adds: whom it never asks, and the countries where a survey counts as advertising."""

    role_names: frozenset[str] = frozenset()
    own_domains: frozenset[str] = frozenset()
    surveys_are_marketing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Way:
    """How a person is reached: by `medium` at `address`; or not at all, and `faults` says why by medium, in order."""

    medium: str = ""
    address: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.address)

    @property
    def reason(self) -> str:
        """Why nothing goes by the medium that was preferred."""
        return next(iter(self.faults.values()), "no_address")


def moments_of(person: Person) -> set[datetime]:
    """Return when something changed in how `person` may be reached, as far as that is known."""
    of_addresses = {at for known in person.addresses.values() for address in known for at in address.moments}
    return {at for at in {person.said_no_at, *of_addresses, *person.said_at.values()} if at}


def as_of(person: Person, moment: datetime) -> Person:
    """Return what was known of `person` at an earlier moment, with the addresses of today."""

    def by_then(at: datetime | None) -> datetime | None:
        return at if at and at <= moment else None

    return replace(
        person,
        said_no_at=by_then(person.said_no_at),
        said={about: word for about, word in person.said.items() if by_then(person.said_at.get(about))},
        addresses={
            medium: [
                Address(a.value, by_then(a.bounced_at), by_then(a.refused_at), by_then(a.offers_ended_at))
                for a in known
            ]
            for medium, known in person.addresses.items()
        },
    )


def may_write(person: Person, medium: str, purpose: Purpose, rules: Rules, *, to: str = "") -> Way:
    """Say whether a letter for `purpose` may go to `person` by `medium`, and to which address it would go.

    With `to` only that address of theirs will do. Reasons: sample, do_not_contact, merged, objected, no_consent,
    no_address, refused, bounced, own_address, role_address.
    """
    if person.said_no_at is not None and not person.is_sample:
        return Way(faults={medium: "do_not_contact"})
    return way(person, [medium], purpose, rules, to=to)


def against_asking_aloud(person: Person, rules: Rules, *, by_phone: bool) -> str:
    """Return why a person is not asked by somebody who talks to them, "" where nothing stands against it.

    Whoever objected to surveys, by whatever medium, is not asked aloud either. A call wants the consents that a text
    to the same phone wants; that no number is known, or that it is out of use, is no reason once they talk.
    """
    if any(use == Use.SURVEYS and word == Said.OBJECTED for (_medium, use), word in person.said.items()):
        return "objected"
    fault = may_write(person, Medium.SMS, Purpose.ASK, rules).reason if by_phone else _unasked(person)
    return "" if fault in ("no_address", "bounced") else fault


def _unasked(person: Person) -> str:
    if person.is_sample:
        return "sample"
    return "merged" if person.is_absorbed else ""


def way(person: Person, media: Iterable[str], purpose: Purpose, rules: Rules, *, to: str = "") -> Way:
    """Return the first of `media` by which `person` is reached; a no to every letter is the caller's to check."""
    faults: dict[str, str] = {}
    for medium in media:
        address, fault = _address(person, medium, purpose, rules, to)
        if not fault:
            return Way(medium, address, faults)
        faults[medium] = fault
    return Way(faults=faults)


def objection(person: Person) -> str:
    """Return what stands against a survey that no letter carries: sample, merged, objected or refused, else ""."""
    if person.is_sample or person.is_absorbed:
        return "sample" if person.is_sample else "merged"
    if any(use == Use.SURVEYS and word == Said.OBJECTED for (_medium, use), word in person.said.items()):
        return "objected"
    refused = (address.refused_at for known in person.addresses.values() for address in known)
    return "refused" if any(refused) else ""


def _address(person: Person, medium: str, purpose: Purpose, rules: Rules, to: str) -> tuple[str, str]:
    """Return the first usable address of a medium, or what stands against the preferred one."""
    if person.is_sample:
        return "", "sample"
    if person.is_absorbed:
        return "", "merged"
    against = _said_against(person, medium, purpose, rules) or person.closed.get(medium, "")
    if against:
        return "", against
    first = ""
    for address in person.addresses.get(medium, ()):
        if to and address.value != to:
            continue
        fault = _fault(address, medium, purpose, rules)
        if address.offers_ended_at is not None and _counts_as_offer(person, purpose, rules):
            fault = fault or "objected"
        if not fault:
            return address.value, ""
        first = first or fault
    return "", first or "no_address"


def _said_against(person: Person, medium: str, purpose: Purpose, rules: Rules) -> str:
    """Return what the person's own words, or their silence, say against a purpose; a no to surveys is one to offers."""
    of_surveys, of_marketing = person.said.get((medium, Use.SURVEYS)), person.said.get((medium, Use.MARKETING))
    if of_surveys == Said.OBJECTED:
        return "objected"
    if not _counts_as_offer(person, purpose, rules):
        return ""
    if of_marketing == Said.OBJECTED:
        return "objected"
    given = {of_marketing} if purpose == Purpose.MARKETING else {of_marketing, of_surveys}
    return "" if Said.GIVEN in given or _is_soft(person, given) else "no_consent"


def _counts_as_offer(person: Person, purpose: Purpose, rules: Rules) -> bool:
    """Say whether a letter is advertising before the law: an offer, and where the law wants it so a survey."""
    if purpose in (Purpose.ASK, Purpose.REMINDER):
        return person.country in rules.surveys_are_marketing
    return purpose == Purpose.MARKETING


def _is_soft(person: Person, said: set[str | None]) -> bool:
    return person.country in SOFT_OPT_IN and (Said.SOFT_OPT_IN in said or person.is_customer)


def _fault(address: Address, medium: str, purpose: Purpose, rules: Rules) -> str:
    if address.refused_at is not None:
        return "refused"
    if address.bounced_at is not None:
        return "bounced"
    if medium != Medium.EMAIL or purpose not in UNASKED:
        return ""
    if is_own(address.value, rules.own_domains):
        return "own_address"
    return "role_address" if address.value.partition("@")[0] in rules.role_names else ""


def is_own(mailbox: str, own_domains: frozenset[str]) -> bool:
    """Return whether a mailbox belongs to one of the company's own domains or to a host under it."""
    domain = domain_of(mailbox)
    while domain:
        if domain in own_domains:
            return True
        domain = domain.partition(".")[2]
    return False
