"""The order of a list: stretches of follow-ups, one after the other, each with a place for every row.

What is ours comes first, the most urgent first; then what waits for the customer, by the day on which to look again.
Places are found by an index, however long the list is, and stay where they were when their row has left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.utils.dateparse import parse_date, parse_datetime

from followups import primary_keys
from followups.models import CustomerLetter, Followup
from followups.models.followup import FollowupQuerySet
from surveys.models import Invitation

OURS, THEIRS, CLOSED = "ours", "theirs", "closed"
# By what each stretch is ordered, and whether the last comes first.
ORDERS = {OURS: ("urgent_at", False), THEIRS: ("look_again_on", False), CLOSED: ("closed_at", True)}
SEPARATOR = "~"


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Where a row stood in its stretch: by a moment or a day, and by its number among those of the same one."""

    stretch: str
    value: datetime | date
    pk: int

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return the place that an address names, or None where it names none."""
        name, _, rest = text.partition(SEPARATOR)
        value, _, number = rest.rpartition(SEPARATOR)
        pk = primary_keys.read(number)
        if name not in ORDERS or pk is None:
            return None
        try:
            found = parse_date(value) if name == THEIRS else _moment(value)
        except ValueError:
            return None
        return cls(name, found, pk) if found else None

    def __str__(self) -> str:
        return SEPARATOR.join([self.stretch, self.value.isoformat(), str(self.pk)])


def _moment(text: str) -> datetime | None:
    found = parse_datetime(text)
    return found if found and found.tzinfo else None


@dataclass(frozen=True, slots=True)
class Stretch:
    name: str
    rows: FollowupQuerySet

    @property
    def ordered(self) -> FollowupQuerySet:
        return self.rows.order_by(*self._order())

    def place_of(self, followup: Followup) -> ListPlace | None:
        value = getattr(followup, ORDERS[self.name][0])
        return ListPlace(self.name, value, followup.pk) if value is not None else None

    def beside(self, place: ListPlace) -> tuple[int | None, int | None]:
        """Return the keys of the rows before and after a place, None where there is none; one query."""
        before = self._beyond(place, back=True).order_by(*self._order(back=True))
        after = self._beyond(place, back=False).order_by(*self._order())
        column = ORDERS[self.name][0]
        pairs = before.values_list("pk", column)[:1].union(after.values_list("pk", column)[:1], all=True)
        found: list[int | None] = [None, None]
        for pk, value in pairs:
            is_less = (value, pk) < (place.value, place.pk)
            found[is_less is ORDERS[self.name][1]] = pk
        return found[0], found[1]

    def before(self, place: ListPlace) -> int:
        """Return how many rows come before a place."""
        return self._beyond(place, back=True).count()

    def _beyond(self, place: ListPlace, *, back: bool) -> FollowupQuerySet:
        column, newest_first = ORDERS[self.name]
        side = "lt" if back is not newest_first else "gt"
        at = {f"{column}__{side}e": place.value}
        return self.rows.filter(**at).filter(Q(**{f"{column}__{side}": place.value}) | Q(**{f"pk__{side}": place.pk}))

    def _order(self, *, back: bool = False) -> tuple[str, str]:
        column, newest_first = ORDERS[self.name]
        return (f"-{column}", "-pk") if newest_first is not back else (column, "pk")


@dataclass(frozen=True)
class Stretches:
    """A list as its stretches make it; a paginator counts and slices it."""

    parts: tuple[Stretch, ...]
    sizes: tuple[int, ...]

    def count(self) -> int:
        return sum(self.sizes)

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, wanted: slice) -> list[Followup]:
        return with_what_a_row_shows(self._keys(wanted.start or 0, wanted.stop))

    def keys(self, most: int) -> list[int]:
        """Return the keys of the first rows, in order."""
        return self._keys(0, most)

    def _keys(self, first: int, last: int) -> list[int]:
        keys: list[int] = []
        for part, size in zip(self.parts, self.sizes, strict=True):
            if first < size and last > 0:
                keys += part.ordered.values_list("pk", flat=True)[first:last]
            first, last = max(first - size, 0), last - size
        return keys


SHOWN_OF_SUBJECT = ("contact__company", "company", "product", "channel", "manager")


def with_what_a_row_shows(keys: Sequence[int]) -> list[Followup]:
    """Return follow-ups in the order of their keys, with everything that a row of the inbox shows.

    One query, and two more where some are about letters without a score.
    """
    answers = [f"response__{fact}" for fact in SHOWN_OF_SUBJECT]
    rows = Followup.objects.select_related("assignee", "team", "state", *answers).in_bulk(keys)
    asks = Invitation.objects.select_related(*SHOWN_OF_SUBJECT)
    letters = CustomerLetter.objects.select_related("letter").order_by("pk")
    of_letters = [row for row in rows.values() if row.is_of_letter]
    prefetch_related_objects(of_letters, Prefetch("invitation", asks), Prefetch("letters", letters))
    return [rows[key] for key in keys if key in rows]
