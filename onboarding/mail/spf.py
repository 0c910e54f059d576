"""Whether SPF lets a machine send letters of a domain: `check_host` of RFC 7208, without macros."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from onboarding.mail import spf_record
from onboarding.mail.lookup import Lookup
from onboarding.mail.spf_record import VERSION, SpfTerm, UnreadableWord

# Together the terms may ask DNS so often (RFC 7208, 4.6.4), and a name may have so many mail hosts or machines.
MOST_QUESTIONS = MOST_HOSTS = 10
# So many of the names may be those of nothing.
MOST_IN_VAIN = 2


class SpfVerdict(StrEnum):
    PASSED = "+"
    FAILED = "-"
    SOFTLY_FAILED = "~"
    NEUTRAL = "?"
    # Other servers give up on a record of these kinds and count it as none.
    BROKEN = "broken"
    COSTLY = "costly"
    # A term with a macro decides, which needs a letter to be asked about.
    OPEN = "open"


class _Decided(Exception):
    """The rest of the record is not looked at any more."""

    def __init__(self, verdict: SpfVerdict) -> None:
        super().__init__(verdict)
        self.verdict = verdict


def records(lookup: Lookup, domain: str) -> list[str]:
    """Return the SPF records of `domain`; more than one means that none counts."""
    return [text for text in lookup.texts(domain) if text.lower().split(" ", 1)[0] == VERSION]


def check(lookup: Lookup, address: str, domain: str) -> SpfVerdict:
    """Return what SPF of `domain` says about letters from the machine with this address; may raise LookupFailed."""
    try:
        return _Check(lookup, ipaddress.ip_address(address)).of(domain) or SpfVerdict.NEUTRAL
    except UnreadableWord:
        return SpfVerdict.BROKEN
    except _Decided as decided:
        return decided.verdict


@dataclass
class _Check:
    lookup: Lookup
    address: ipaddress.IPv4Address | ipaddress.IPv6Address
    asked: int = field(default=0)
    in_vain: int = field(default=0)

    def of(self, domain: str) -> SpfVerdict | None:
        """Return the verdict of the record of `domain`, None where there is no record."""
        found = records(self.lookup, domain)
        if len(found) > 1:
            raise _Decided(SpfVerdict.BROKEN)
        if not found:
            return None
        record = spf_record.read(found[0])
        for term in record.terms:
            if self._matches(term, domain):
                return SpfVerdict(term.qualifier)
        return self._of_other(record.redirect) if record.redirect else SpfVerdict.NEUTRAL

    def _of_other(self, domain: str) -> SpfVerdict:
        self._count()
        if (verdict := self.of(_without_macro(domain))) is None:
            raise _Decided(SpfVerdict.BROKEN)
        return verdict

    def _matches(self, term: SpfTerm, domain: str) -> bool:
        if term.name == "all":
            return True
        if term.name in {"ip4", "ip6"}:
            return self._is_in(term.about, term.short)
        about = _without_macro(term.about)
        if term.name == "include":
            return self._of_other(about) is SpfVerdict.PASSED
        self._count()
        if term.name == "exists":
            return bool(self._found(self.lookup.addresses(about, 4)))
        if term.name == "ptr":
            return self._is_called(about or domain)
        hosts = [about or domain] if term.name == "a" else self._mail_hosts(about or domain)
        length = term.short if self.address.version == 4 else term.long
        return any(self._is_in(address, length) for host in hosts for address in self._addresses(host))

    def _mail_hosts(self, domain: str) -> Sequence[str]:
        hosts = self._found(self.lookup.mail_hosts(domain))
        if len(hosts) > MOST_HOSTS:
            raise _Decided(SpfVerdict.COSTLY)
        return hosts

    def _addresses(self, host: str) -> Sequence[str]:
        found = self.lookup.addresses(host, self.address.version)
        # A host that has only the other kind of address is no mistake of whoever wrote the record.
        return self._found(found) if self.address.version == 4 else found

    def _is_in(self, address: str, length: str | None) -> bool:
        return self.address in ipaddress.ip_network(f"{address}/{length}" if length else address, strict=False)

    def _is_called(self, domain: str) -> bool:
        return any(
            f".{name}".endswith(f".{domain.lower()}") and str(self.address) in self.lookup.addresses(name)
            for name in self.lookup.names(str(self.address))[:MOST_HOSTS]
        )

    def _count(self) -> None:
        self.asked += 1
        if self.asked > MOST_QUESTIONS:
            raise _Decided(SpfVerdict.COSTLY)

    def _found(self, answer: Sequence[str]) -> Sequence[str]:
        self.in_vain += not answer
        if self.in_vain > MOST_IN_VAIN:
            raise _Decided(SpfVerdict.COSTLY)
        return answer


def _without_macro(name: str) -> str:
    if "%" in name:
        raise _Decided(SpfVerdict.OPEN)
    return name
