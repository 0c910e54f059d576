"""Whom the numbers of a dry run are about: the first of them by name, for whoever may see customers."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import User
from crm.models import Contact
from surveys.judging import reasons
from surveys.judging.dryrun import LastWord

MOST_NAMED = 10


class NamedCustomer(NamedTuple):
    contact: Contact
    day: date


class Affected(NamedTuple):
    """So many asks with the same reason, the customers that are named, and how many more customers there are."""

    number: int
    reason: str
    customers: list[NamedCustomer]
    more: int

    @property
    def counted(self) -> str:
        return number_format(self.number, force_grouping=True)


Naming = Callable[[Iterable[LastWord]], list[NamedCustomer]]


def naming(reader: User, zone: ZoneInfo) -> Naming:
    """Return what turns words into customers with their days in `zone`: nobody for who may not see customers."""

    def named(words: Iterable[LastWord]) -> list[NamedCustomer]:
        if not reader.has_perm("crm.view_contact"):
            return []
        some = list(words)
        contacts = Contact.objects.in_bulk([word.contact_id for word in some])
        days = [(contacts.get(word.contact_id), word.at.astimezone(zone).date()) for word in some]
        return [NamedCustomer(contact, day) for contact, day in days if contact]

    return named


def by_reason(words: Iterable[LastWord], named: Naming) -> list[Affected]:
    """Group words by their reason, the most frequent first; in a group those are named that come first."""
    groups: defaultdict[str, list[LastWord]] = defaultdict(list)
    for word in words:
        groups[word.reason].append(word)
    in_order = sorted(groups.items(), key=lambda group: -len(group[1]))
    return [_affected(reasons.label(reason), alike, named) for reason, alike in in_order]


def refused(words: Iterable[LastWord], named: Naming) -> list[Affected]:
    return by_reason((word for word in words if word.reason and not word.put_off), named)


def waiting(words: Iterable[LastWord], named: Naming, *, number: int) -> list[Affected]:
    """Return what still waits at the end, `number` in all: put off, by its reason, or what no moment came for."""
    put_off = by_reason((word for word in words if word.put_off), named)
    not_due = number - sum(group.number for group in put_off)
    return [*put_off, Affected(not_due, _("The moment has not come yet."), [], 0)] if not_due else put_off


def asked(words: Iterable[LastWord], named: Naming) -> list[NamedCustomer]:
    return named(islice((word for word in words if word.is_asked), MOST_NAMED))


def _affected(reason: str, words: Sequence[LastWord], named: Naming) -> Affected:
    each: dict[int, LastWord] = {}
    for word in words:  # one customer may stand behind many of them
        each.setdefault(word.contact_id, word)
    customers = named(islice(each.values(), MOST_NAMED))
    return Affected(len(words), reason, customers, len(each) - len(customers) if customers else 0)
