"""Whether SPF lets a machine send letters of a domain: `check_host` of RFC 7208, without macros."""

import ipaddress
import re
from dataclasses import dataclass, field
from enum import StrEnum

from onboarding.mail.lookup import Lookup

VERSION = "v=spf1"
# Together the terms may ask DNS so often (RFC 7208, 4.6.4), and a name may have so many mail hosts or machines.
MOST_QUESTIONS = MOST_HOSTS = 10
MECHANISM = re.compile(
    r"(?P<qualifier>[+~?-]?)(?P<name>all|include|a|mx|ptr|ip4|ip6|exists)"
    r"(?::(?P<about>[^/]+?))?(?:/(?P<short>\d{1,3}))?(?://(?P<long>\d{1,3}))?",
    re.IGNORECASE,
)
MODIFIER = re.compile(r"(?P<name>[a-z][a-z0-9._-]*)=(?P<value>.*)", re.IGNORECASE)


class SpfVerdict(StrEnum):
    PASSED = "+"
    FAILED = "-"
    SOFTLY_FAILED = "~"
    NEUTRAL = "?"
    # Other servers give up on a record of this kind and count it as none.
    BROKEN = "broken"
    # A term with a macro decides, which needs a letter to be asked about.
    OPEN = "open"


class _BrokenRecord(Exception): ...


class _MacroDecides(Exception): ...


def records(lookup: Lookup, domain: str) -> list[str]:
    """Return the SPF records of `domain`; more than one means that none counts."""
    return [text for text in lookup.texts(domain) if text.lower().split(" ", 1)[0] == VERSION]


def check(lookup: Lookup, address: str, domain: str) -> SpfVerdict:
    """Return what SPF of `domain` says about letters from the machine with this address; may raise LookupFailed."""
    try:
        return _Check(lookup, ipaddress.ip_address(address)).of(domain) or SpfVerdict.NEUTRAL
    except _BrokenRecord:
        return SpfVerdict.BROKEN
    except _MacroDecides:
        return SpfVerdict.OPEN


@dataclass
class _Check:
    lookup: Lookup
    address: ipaddress.IPv4Address | ipaddress.IPv6Address
    asked: int = field(default=0)

    def of(self, domain: str) -> SpfVerdict | None:
        """Return the verdict of the record of `domain`, None where there is no record."""
        found = records(self.lookup, domain)
        if len(found) > 1:
            raise _BrokenRecord
        if not found:
            return None
        terms, elsewhere = _read(found[0])
        for term in terms:
            if self._matches(term, domain):
                return SpfVerdict(term["qualifier"] or "+")
        return self._of_other(elsewhere) if elsewhere else SpfVerdict.NEUTRAL

    def _of_other(self, domain: str) -> SpfVerdict:
        self._count()
        if (verdict := self.of(_without_macro(domain))) is None:
            raise _BrokenRecord
        return verdict

    def _matches(self, term: re.Match[str], domain: str) -> bool:
        name, about = term["name"].lower(), _without_macro(term["about"] or "")
        if name == "all":
            return True
        if name in {"ip4", "ip6"}:
            return self._is_in(about, term["short"])
        if name == "include":
            return self._of_other(about) is SpfVerdict.PASSED
        self._count()
        if name == "exists":
            return bool(self.lookup.addresses(about))
        if name == "ptr":
            return self._is_called(about or domain)
        return any(
            self._is_in(address, term["long" if ":" in address else "short"])
            for host in ([about or domain] if name == "a" else self._mail_hosts(about or domain))
            for address in self.lookup.addresses(host)
        )

    def _mail_hosts(self, domain: str) -> list[str]:
        hosts = self.lookup.mail_hosts(domain)
        if len(hosts) > MOST_HOSTS:
            raise _BrokenRecord
        return hosts

    def _is_in(self, address: str, length: str | None) -> bool:
        try:
            network = ipaddress.ip_network(f"{address}/{length}" if length else address, strict=False)
        except ValueError as error:
            raise _BrokenRecord from error
        return self.address in network

    def _is_called(self, domain: str) -> bool:
        return any(
            f".{name}".endswith(f".{domain.lower()}") and str(self.address) in self.lookup.addresses(name)
            for name in self.lookup.names(str(self.address))[:MOST_HOSTS]
        )

    def _count(self) -> None:
        self.asked += 1
        if self.asked > MOST_QUESTIONS:
            raise _BrokenRecord


def _read(record: str) -> tuple[list[re.Match[str]], str]:
    """Return the mechanisms and the domain redirected to; one word that is neither breaks the whole record (4.6)."""
    terms, elsewhere = [], ""
    for word in record.split()[1:]:
        if modifier := MODIFIER.fullmatch(word):
            elsewhere = modifier["value"] if modifier["name"].lower() == "redirect" else elsewhere
        elif term := MECHANISM.fullmatch(word):
            terms.append(term)
        else:
            raise _BrokenRecord
    return terms, elsewhere


def _without_macro(name: str) -> str:
    if "%" in name:
        raise _MacroDecides
    return name
