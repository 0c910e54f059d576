"""What DNS says now about the records of the sender's domain, in sentences."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from onboarding.mail import machine, spf, spf_record
from onboarding.mail.lookup import Lookup, LookupFailed
from onboarding.mail.records import RecordPurpose
from onboarding.mail.spf import SpfVerdict
from onboarding.mail.spf_record import UnreadableWord

LOADED: dict[str, Callable[[bytes], object]] = {
    "rsa": load_der_public_key,
    "ed25519": Ed25519PublicKey.from_public_bytes,
}
# Google asks for this much, and most receivers ignore keys with less (RFC 8301, 3.2).
SHORTEST_KEY = 1024
# To the letter, and before all else (RFC 7489, 6.3).
DMARC = re.compile(r"v\s*=\s*DMARC1\s*(;|$)")
DMARC_MEANT = re.compile(r"\W*v\s*=\s*dmarc|.*\bp\s*=\s*(none|quarantine|reject)\b", re.IGNORECASE)
POLICIES = {"none", "quarantine", "reject"}
MOST_ADDRESSES = 4
UNKNOWN_MACHINE = gettext_noop(
    "Which machine letters leave by is not known here: a server of this network or a provider sends them."
)


@dataclass(frozen=True)
class DnsFinding:
    """`is_good` is None where nothing can be said; `found`: what stands there, as it stands there."""

    is_good: bool | None
    sentence: str
    found: tuple[str, ...] = ()


@dataclass(frozen=True)
class DomainSender:
    """Who sends: the domain of the sender, the name of its key, the machine that letters leave by ("" unknown)."""

    domain: str
    selector: str
    mail_host: str


GIVEN_UP = {
    SpfVerdict.BROKEN: gettext_noop(
        "Other servers count it as none: it leads to a record that is missing or cannot be read."
    ),
    SpfVerdict.COSTLY: gettext_noop(
        "Other servers give it up and count it as none: it leads to more than ten further lookups, or to more than two"
        " names of nothing."
    ),
}

Finder = Callable[[Lookup, DomainSender], DnsFinding]


def look_up(sending: DomainSender) -> dict[RecordPurpose, DnsFinding]:
    """Ask DNS for each record."""
    lookup = Lookup()
    return {kind: _answered(find, lookup, sending) for kind, find in FINDERS.items()}


def _answered(find: Finder, lookup: Lookup, sending: DomainSender) -> DnsFinding:
    try:
        return find(lookup, sending)
    except LookupFailed as error:
        said = (
            _("DNS does not answer from here, so that nothing can be said.")
            if error.is_silent
            else _("No answer about %(name)s came in time, or only an error, so that nothing can be said.")
        )
        return DnsFinding(is_good=None, sentence=said % {"name": error.name})


def _spf(lookup: Lookup, sending: DomainSender) -> DnsFinding:
    found = tuple(spf.records(lookup, sending.domain))
    if not found:
        return DnsFinding(is_good=False, sentence=_("There is none yet."))
    if len(found) > 1:
        said = _("There are several, and with more than one none of them counts: make one of them.")
        return DnsFinding(is_good=False, sentence=said, found=found)
    try:
        terms = spf_record.read(found[0]).terms
    except UnreadableWord as error:
        said = _("Other servers cannot read it, and count it as none: “%(word)s” is wrong.")
        return DnsFinding(is_good=False, sentence=said % {"word": error}, found=found)
    if any(term.lets_everybody for term in terms):
        said = _("It lets every machine of the world send as you: end it with ~all.")
        return DnsFinding(is_good=False, sentence=said, found=found)
    addresses = [address for address in _addresses(lookup, sending.mail_host) if machine.is_seen(address)]
    if not addresses:
        said = _("There is one. Which machine letters leave by is not known here, so that it is not tried.")
        return DnsFinding(is_good=None, sentence=said, found=found)
    verdicts = {address: spf.check(lookup, address, sending.domain) for address in addresses}
    return _judged(verdicts, sending, found)


def _addresses(lookup: Lookup, host: str) -> list[str]:
    if not host or machine.is_address(host):
        return [host] if host else []
    return lookup.addresses(host)[:MOST_ADDRESSES]


def _judged(verdicts: dict[str, SpfVerdict], sending: DomainSender, found: tuple[str, ...]) -> DnsFinding:
    for verdict, said in GIVEN_UP.items():
        if verdict in verdicts.values():
            return DnsFinding(is_good=False, sentence=_(said), found=found)
    host = sending.mail_host
    refused = ", ".join(
        address for address, verdict in verdicts.items() if verdict not in {SpfVerdict.PASSED, SpfVerdict.OPEN}
    )
    if refused:
        is_ours = f".{host}".endswith(f".{_upper(sending.domain)}")
        said = (
            _("It does not name %(host)s (%(addresses)s): letters that leave there are doubted.")
            if is_ours
            else _(
                "It does not name %(host)s (%(addresses)s). A provider may send by other machines than the one that"
                " takes letters of us: then it has to hold the include:… that the provider names."
            )
        )
        is_good = False if is_ours else None
        return DnsFinding(is_good=is_good, sentence=said % {"host": host, "addresses": refused}, found=found)
    if SpfVerdict.OPEN in verdicts.values():
        said = _("There is one, and what it says about %(host)s depends on the letter.")
        return DnsFinding(is_good=None, sentence=said % {"host": host}, found=found)
    return DnsFinding(is_good=True, sentence=_("It lets %(host)s send.") % {"host": host}, found=found)


def _upper(domain: str) -> str:
    return ".".join(domain.split(".")[-2:])


def _dkim(lookup: Lookup, sending: DomainSender) -> DnsFinding:
    found = tuple(
        text
        for text in lookup.texts(f"{sending.selector}._domainkey.{sending.domain}")
        if "p" in _tags(text) and _tags(text).get("v", "DKIM1") == "DKIM1"
    )
    if not found:
        said = _("There is no key of the name “%(selector)s”. Your mail server or provider shows its name (selector).")
        return DnsFinding(is_good=False, sentence=said % {"selector": sending.selector})
    if len(found) > 1:
        said = _("There are several of this name, and which one counts is left to chance: keep one.")
        return DnsFinding(is_good=False, sentence=said, found=found)
    key = _tags(found[0])["p"]
    if not key:
        return DnsFinding(is_good=False, sentence=_("This key was withdrawn: its p= is empty."), found=found)
    return _weighed(key, found)


def _weighed(key: str, found: tuple[str, ...]) -> DnsFinding:
    """Judge the key itself; those of ed25519 (RFC 8463) are 32 bytes without a wrapping."""
    try:
        loaded = LOADED[_tags(found[0]).get("k", "rsa")](base64.b64decode("".join(key.split()), validate=True))
    except (KeyError, binascii.Error, ValueError, UnsupportedAlgorithm):
        loaded = None
    if not isinstance(loaded, RSAPublicKey | Ed25519PublicKey):
        return DnsFinding(is_good=False, sentence=_("Its key cannot be read: copy the whole of it again."), found=found)
    if isinstance(loaded, RSAPublicKey) and loaded.key_size < SHORTEST_KEY:
        said = _("Its key has %(bits)s bits only: other servers ignore it. Make one of 2048.")
        return DnsFinding(is_good=False, sentence=said % {"bits": loaded.key_size}, found=found)
    said = _("The key is there. Whether letters are signed with it shows the letter that you send yourself.")
    return DnsFinding(is_good=True, sentence=said, found=found)


def _dmarc(lookup: Lookup, sending: DomainSender) -> DnsFinding:
    for domain in _upwards(sending.domain):
        meant = tuple(text for text in lookup.texts(f"_dmarc.{domain}") if DMARC_MEANT.match(text))
        found = tuple(text for text in meant if DMARC.match(text))
        if meant and not found:
            said = _(
                "Other servers cannot read it, and count it as none: it has to begin with v=DMARC1; to the letter."
            )
            return DnsFinding(is_good=False, sentence=said, found=meant)
        if len(found) > 1:
            said = _("There are several, and with more than one none of them counts: make one of them.")
            return DnsFinding(is_good=False, sentence=said, found=found)
        if found:
            return _ruled(_tags(found[0]), domain, sending.domain, found)
    return DnsFinding(is_good=False, sentence=_("There is none yet."))


def _ruled(tags: dict[str, str], domain: str, own: str, found: tuple[str, ...]) -> DnsFinding:
    policy = (tags.get("sp") or tags.get("p", "") if domain != own else tags.get("p", "")).lower()
    if policy not in POLICIES:
        said = _("It does not say what to do: p= is none, quarantine or reject.")
        return DnsFinding(is_good=False, sentence=said, found=found)
    said = _("That of %(domain)s counts; policy: %(policy)s.")
    return DnsFinding(is_good=True, sentence=said % {"domain": domain, "policy": policy}, found=found)


def _upwards(domain: str) -> Iterator[str]:
    """Yield the domain, then those above it, down to two labels (the tree walk of DMARCbis, 4.10)."""
    labels = domain.split(".")
    for first in range(max(len(labels) - 1, 1)):
        yield ".".join(labels[first:])


def _reverse_name(lookup: Lookup, sending: DomainSender) -> DnsFinding:
    if not sending.mail_host:
        return DnsFinding(is_good=None, sentence=_(UNKNOWN_MACHINE))
    addresses = _addresses(lookup, sending.mail_host)
    if addresses and not any(map(machine.is_seen, addresses)):
        return DnsFinding(is_good=None, sentence=_(UNKNOWN_MACHINE))
    if not addresses:
        said = _("%(host)s has no address.")
        return DnsFinding(is_good=False, sentence=said % {"host": sending.mail_host})
    named = {address: lookup.names(address) for address in addresses if machine.is_seen(address)}
    found = tuple(f"{address} → {', '.join(names) or '—'}" for address, names in named.items())
    nameless = [address for address, names in named.items() if not _leads_back(lookup, address, names)]
    if nameless:
        said = _("No name leads back to %(addresses)s.")
        return DnsFinding(is_good=False, sentence=said % {"addresses": ", ".join(nameless)}, found=found)
    return DnsFinding(is_good=True, sentence=_("The name is there and leads back."), found=found)


def _leads_back(lookup: Lookup, address: str, names: list[str]) -> bool:
    return any(address in lookup.addresses(name) for name in names[:MOST_ADDRESSES])


def _tags(text: str) -> dict[str, str]:
    """Read a list such as v=DMARC1; p=none (RFC 6376, 3.2)."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, equals, value in pairs if equals}


FINDERS: dict[RecordPurpose, Finder] = {
    RecordPurpose.SPF: _spf,
    RecordPurpose.DKIM: _dkim,
    RecordPurpose.DMARC: _dmarc,
    RecordPurpose.REVERSE_NAME: _reverse_name,
}
