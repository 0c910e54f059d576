"""The words of an SPF record as the grammar of RFC 7208 has them (4.6.1, 5, 6 and 7.1). Pure."""

import ipaddress
import re
from typing import NamedTuple

VERSION = "v=spf1"
MECHANISM = re.compile(
    r"(?P<qualifier>[+~?-]?)(?P<name>all|include|a|mx|ptr|ip4|ip6|exists)"
    r"(?::(?P<about>(?:%\{[^}]*\}|[^/])+))?(?:/(?P<short>\d{1,3}))?(?://(?P<long>\d{1,3}))?",
    re.IGNORECASE,
)
MODIFIER = re.compile(r"(?P<name>[a-z][a-z0-9._-]*)=(?P<value>.*)", re.IGNORECASE)
MACRO = re.compile(r"%(?:\{[slodiphcrtv]\d*r?[-.+,/_=]*\}|[%_-])", re.IGNORECASE)
# At least two labels, the last of which is no number: what stands there is no address (7.1).
DOMAIN = re.compile(
    r"(?=.{1,253}\.?\Z)([!-\-/-~]{1,63}\.)+(?!\d+\.?\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.?", re.IGNORECASE
)
# How many bits of an address of version 4 and of version 6 a word may fix.
WIDTHS = {"a": (32, 128), "mx": (32, 128), "ip4": (32, 0), "ip6": (128, 0)}
NAMED = {"include", "exists"}


class SpfTerm(NamedTuple):
    """`about`: a domain, an address, or "" for the domain asked about; `short`, `long`: bits of version 4 and 6."""

    qualifier: str
    name: str
    about: str
    short: str | None
    long: str | None

    @property
    def lets_everybody(self) -> bool:
        return self.name == "all" and self.qualifier == "+"


class SpfRecord(NamedTuple):
    terms: list[SpfTerm]
    redirect: str


class UnreadableWord(ValueError):
    """One wrong word makes other servers count the whole record as none (4.6)."""


def read(record: str) -> SpfRecord:
    """Return the terms of a record and the domain that it is redirected to; raises UnreadableWord."""
    terms: list[SpfTerm] = []
    modifiers: dict[str, str] = {}
    for word in record.split(" ")[1:]:
        if modifier := MODIFIER.fullmatch(word):
            name = modifier["name"].lower()
            if name in {"redirect", "exp"} and (name in modifiers or not is_domain(modifier["value"])):
                raise UnreadableWord(word)
            modifiers[name] = modifier["value"]
        elif word:
            terms.append(_term(word))
    return SpfRecord(terms, modifiers.get("redirect", ""))


def is_domain(written: str) -> bool:
    """Return whether a word may name this domain; of one with macros, whether those are such."""
    if "%" in written:
        return "%" not in MACRO.sub("", written)
    return bool(DOMAIN.fullmatch(written))


def _term(word: str) -> SpfTerm:
    found = MECHANISM.fullmatch(word)
    if found is None:
        raise UnreadableWord(word)
    term = SpfTerm(
        found["qualifier"] or "+", found["name"].lower(), found["about"] or "", found["short"], found["long"]
    )
    short, long = WIDTHS.get(term.name, (0, 0))
    if not (_fits(term.short, short) and _fits(term.long, long) and _is_about_something(term)):
        raise UnreadableWord(word)
    return term


def _fits(length: str | None, most: int) -> bool:
    return length is None or (most > 0 and int(length) <= most)


def _is_about_something(term: SpfTerm) -> bool:
    if term.name == "all":
        return not term.about
    if term.name in {"ip4", "ip6"}:
        return _is_address(term)
    return is_domain(term.about) if term.about else term.name not in NAMED


def _is_address(term: SpfTerm) -> bool:
    try:
        address = ipaddress.ip_address(term.about)
    except ValueError:
        return False
    return address.version == int(term.name[-1]) and "%" not in term.about
