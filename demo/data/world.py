"""The rows of the demo company while they are being made: everything in memory, written at the end."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

from accounts.timezones import zone
from crm.models import Facts
from demo.data.copying import copy

Row = TypeVar("Row", bound=Model)
Choice = TypeVar("Choice")

IDS_AT_ONCE = 2_000
# The hours of the day between which customers write nothing, and how long that is.
EVENING, MORNING, NIGHT = 22, 7, timedelta(hours=9)


class World:
    """Makes rows with real ids before they are written, so that rows can name each other freely."""

    def __init__(self, *, seed: int, now: datetime, share: float = 1.0) -> None:
        self.random = Random(seed)
        self.now = now
        self.share = share
        self.rows: dict[type[Model], list[Any]] = defaultdict(list)
        self._ids: dict[type[Model], Iterator[int]] = {}

    def new(self, model: type[Row], **fields: Any) -> Row:
        row = model(pk=self._next_id(model), **fields)
        self.rows[model].append(row)
        return row

    def write(self) -> None:
        """Insert everything; foreign keys are checked at the end of the transaction, so order is free."""
        for model, rows in self.rows.items():
            copy(model, rows)

    def scaled(self, count: int) -> int:
        return round(count * self.share)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def weighted(self, weights: Mapping[Choice, float]) -> Choice:
        return self.random.choices(list(weights), list(weights.values()))[0]

    def working_moment(self, days_ago: float) -> datetime:
        """Return a moment in office hours of a weekday about that many days ago, never in the future."""
        day = weekday_at_or_before((self.now - timedelta(days=days_ago)).date())
        moment = datetime.combine(day, time(7), self.now.tzinfo) + timedelta(seconds=self.random.randrange(9 * 3600))
        return min(moment, self.now - timedelta(minutes=self.random.randrange(15, 90)))

    def _next_id(self, model: type[Model]) -> int:
        if model not in self._ids:
            self._ids[model] = ids_of(model)
        return next(self._ids[model])


def facts_of(row: Facts) -> dict[str, Any]:
    """Return the frozen facts of a row, to be copied onto another one."""
    return {field.name: getattr(row, field.name) for field in Facts._meta.local_fields}


def ids_of(model: type[Model]) -> Iterator[int]:
    """Draw ids from the table's own sequence, many at a time."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [model._meta.db_table, model._meta.pk.column, IDS_AT_ONCE],
            )
            found: Iterable[tuple[int]] = cursor.fetchall()
        yield from (row[0] for row in found)


def awake(moment: datetime, zone_name: str) -> datetime:
    """Return `moment`, or nine hours later where it is night in that zone: nobody answers asleep."""
    hour = moment.astimezone(zone(zone_name)).hour
    return moment + NIGHT if hour >= EVENING or hour < MORNING else moment


def weekday_at_or_before(day: date) -> date:
    return day - timedelta(days=max(0, day.isoweekday() - 5))
