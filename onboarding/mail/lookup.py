"""Questions to DNS, answered soon or not at all.

One page asks about a dozen of them, so that each has seconds and all together have `LONGEST`: where DNS is not
reachable, that is said after the first question.
"""

import time
from typing import Any

import dns.exception
import dns.resolver
import dns.reversename

ONE, LONGEST = 3.0, 12.0
MOST_ANSWERS = 50
NOTHING_THERE = (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer)
SILENT = (dns.resolver.LifetimeTimeout, dns.resolver.NoResolverConfiguration, OSError)


class LookupFailed(Exception):
    """DNS gave no answer, neither that something is there nor that nothing is; `is_silent`: nobody speaks at all."""

    def __init__(self, name: str, *, is_silent: bool) -> None:
        super().__init__(name)
        self.name, self.is_silent = name, is_silent


class Lookup:
    """The questions of one page, each asked once. They return what is there, empty for nothing, or raise LookupFailed.

    Where nothing was answered to the first question, no other is asked: DNS is not reachable.
    """

    def __init__(self) -> None:
        self._ends = time.monotonic() + LONGEST
        self._answers: dict[tuple[str, str], list[Any]] = {}
        self._is_silent = False

    def texts(self, name: str) -> list[str]:
        return [
            b"".join(record.strings).decode("utf-8", "replace") for record in self._ask(name, "TXT")
        ]  # A long text comes in pieces (RFC 7208, 3.3).

    def addresses(self, name: str, version: int | None = None) -> list[str]:
        """Return the addresses of this version, or those of version 4, then those of version 6."""
        kinds = [kind for number, kind in ((4, "A"), (6, "AAAA")) if version in {None, number}]
        return [record.address for kind in kinds for record in self._ask(name, kind)]

    def mail_hosts(self, name: str) -> list[str]:
        return [record.exchange.to_text(omit_final_dot=True) for record in self._ask(name, "MX")]

    def names(self, address: str) -> list[str]:
        """Return the names that the machine with this address calls itself."""
        reverse = dns.reversename.from_address(address).to_text()
        return [record.target.to_text(omit_final_dot=True).lower() for record in self._ask(reverse, "PTR")]

    def _ask(self, name: str, kind: str) -> list[Any]:
        if (name, kind) not in self._answers:
            self._answers[name, kind] = self._answer(name, kind)
        return self._answers[name, kind]

    def _answer(self, name: str, kind: str) -> list[Any]:
        left = self._ends - time.monotonic()
        if self._is_silent or left <= 0:
            raise LookupFailed(name, is_silent=self._is_silent)
        try:
            answer = dns.resolver.resolve(name, kind, lifetime=min(ONE, left), search=False)
        except NOTHING_THERE:
            return []
        except SILENT as error:
            self._is_silent = not self._answers
            raise LookupFailed(name, is_silent=self._is_silent) from error
        except dns.exception.DNSException as error:
            raise LookupFailed(name, is_silent=False) from error
        return list(answer)[:MOST_ANSWERS]
