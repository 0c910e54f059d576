"""Contacts chosen by a segment of the app above, which registers who is in it, so that the CRM knows none of them."""

from collections.abc import Callable

from django.db.models import QuerySet

from crm.models import Contact

# Takes the number of a segment; raises UnknownSegment.
Members = Callable[[int], QuerySet[Contact]]

_registered: list[Members] = []


class UnknownSegment(Exception):
    """There is no such segment for other systems, or it can be read no more."""


def register(members: Members) -> None:
    """Let `members` say who is in a segment; registering again replaces."""
    _registered[:] = [members]


def members_of(number: int) -> QuerySet[Contact]:
    """Return the contacts in a segment. Raises UnknownSegment."""
    if not _registered:
        raise UnknownSegment(number)
    return _registered[0](number)
