"""Find contacts by whatever somebody remembers of them: names, addresses, the company, a phone in any spelling."""

import re
from collections.abc import Iterable
from functools import reduce
from operator import and_, or_
from typing import TypeAlias

from django.db.models import Q

from accounts.folded import fold
from crm.models import Company, ContactAddress

# Spellings of one thing that is searched for, folded; one of them must be found.
Term: TypeAlias = tuple[str, ...]

# Five digits or more, with what people write between the digits of a phone.
PHONE = re.compile(r"[+(]*\d(?:[\s().\-/]*\d){4,}")
# What stands before a national number instead of the country code.
TRUNK = ("0", "8")
SHORTEST_NUMBER = 5


def terms(text: str) -> list[Term]:
    """Return what `text` asks for: its words, and the phones in it as they may stand in E.164."""
    phones = [_spellings(found) for found in PHONE.findall(text)]
    return [(word,) for word in fold(PHONE.sub(" ", text)).split()] + phones


def _spellings(written: str) -> Term:
    """Return a phone as it is written, and the digits that it must have in E.164."""
    digits = re.sub(r"\D", "", written)
    if digits.startswith("00"):
        digits = digits[2:]
    elif digits.startswith(TRUNK) and "+" not in written and len(digits) > SHORTEST_NUMBER:
        digits = digits[1:]
    return tuple(dict.fromkeys((fold(written), digits)))


def matching(wanted: Iterable[Term], contact: str = "") -> Q:
    """Return the condition that a contact is found by every term; `contact` is the way to it: `deal__contact__`."""
    return reduce(and_, (about(term, contact) for term in wanted), Q())


def about(term: Term, contact: str = "") -> Q:
    """Return the condition that a contact is found by one term: by its names and addresses, or by its company."""
    companies = Company.objects.filter(holding(term, "folded"))
    others = ContactAddress.objects.unrepeated().filter(holding(term, "value"))
    return (
        holding(term, f"{contact}folded")
        | Q((f"{contact}company__in", companies.values("pk")))
        | Q((f"{contact}pk__in", others.values("contact")))
    )


def holding(term: Term, field: str) -> Q:
    """Return the condition that a folded field holds one of the spellings."""
    return reduce(or_, (Q((f"{field}__holds", spelling)) for spelling in term))
