"""What customers were given for their follow-ups, by kind and by team; one statement for each reading.

Compensations belong to the period in which the answer came, as follow-ups do. Withdrawn ones are only counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from analytics.rollups.cells import Selection
from followups.models import Compensation
from responses.models import Response


@dataclass(frozen=True, slots=True)
class GivenSum:
    """So many compensations of so many customers; `worth`: what those with an amount and a rate are worth together.

    `unpriced`: how many have an amount whose rate is not known, and are missing in it.
    """

    number: int = 0
    followups: int = 0
    worth: Decimal = Decimal(0)
    codes: int = 0
    unpriced: int = 0
    withdrawn: int = 0

    def __add__(self, other: GivenSum) -> GivenSum:
        return GivenSum(
            self.number + other.number,
            self.followups + other.followups,
            self.worth + other.worth,
            self.codes + other.codes,
            self.unpriced + other.unpriced,
            self.withdrawn + other.withdrawn,
        )


def in_all(selection: Selection) -> GivenSum:
    """Return what all customers of a selection were given; one with several compensations is one follow-up."""
    return _sum(_of(selection).aggregate(**_NUMBERS))


def by_kind(selection: Selection) -> dict[str, GivenSum]:
    return _read(selection, "kind")


def by_team(selection: Selection) -> dict[int | None, GivenSum]:
    """Return what each team gave; None is of no team."""
    return _read(selection, "followup__team_id")


_STANDS = Q(withdrawn_at__isnull=True)
_NUMBERS = {
    "number": Count("pk", filter=_STANDS),
    "followups": Count("followup", filter=_STANDS, distinct=True),
    "worth": Sum("amount_base", filter=_STANDS),
    "codes": Count("pk", filter=_STANDS & Q(code__isnull=False)),
    "unpriced": Count("pk", filter=_STANDS & Q(amount__isnull=False, amount_base__isnull=True)),
    "withdrawn": Count("pk", filter=~_STANDS),
}


def _of(selection: Selection) -> Any:
    answers = selection.narrow(Response.objects.counted()).order_by()
    return Compensation.objects.filter(followup__response__in=answers.values("pk")).order_by()


def _read(selection: Selection, key: str) -> dict[Any, GivenSum]:
    return {row.pop(key): _sum(row) for row in _of(selection).values(key).annotate(**_NUMBERS)}


def _sum(row: dict[str, Any]) -> GivenSum:
    return GivenSum(**{name: row[name] or 0 for name in _NUMBERS} | {"worth": row["worth"] or Decimal(0)})
