"""What the list says of the last thing that was done to many."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.http import HttpRequest

from accounts.models import User
from followups import primary_keys
from followups.inbox.stretches import with_what_a_row_shows
from followups.models import BulkDeed, Followup

# So many of those that were left are named; the others are counted.
NAMED = 10


@dataclass(frozen=True)
class Left:
    """Follow-ups to which it could not be done, for one reason: the first of them, and how many there are."""

    why: str
    rows: list[Followup]
    number: int

    @property
    def more(self) -> int:
        return self.number - len(self.rows)


@dataclass(frozen=True)
class ToldDeed:
    """A deed as its person is told of it."""

    deed: BulkDeed
    can_be_undone: bool
    left: list[Left]

    @property
    def put_back(self) -> int:
        """How many were put back to what they were, where it was undone."""
        return self.deed.size - len(self.deed.refused)


def of_request(request: HttpRequest, now: datetime) -> ToldDeed | None:
    """Return the deed that the address names, if it is of the reader."""
    named = primary_keys.read(request.GET.get("deed", ""))
    deed = BulkDeed.objects.filter(pk=named, by=cast(User, request.user)).first() if named else None
    return ToldDeed(deed, deed.can_be_undone(now), _left(deed)) if deed else None


def _left(deed: BulkDeed) -> list[Left]:
    found = []
    for why in BulkDeed.Refusal:
        keys = [int(pk) for pk, reason in deed.refused.items() if reason == why]
        if keys:
            found.append(Left(str(why.label), with_what_a_row_shows(keys[:NAMED]), len(keys)))
    return found
