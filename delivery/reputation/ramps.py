"""How much of a day's number of a domain that is warmed up is given away."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from itertools import count as count_from

from django.db import connection

from accounts import company_clock
from delivery.models import RampDay, SendingDomain
from delivery.reputation.ramp import Ramp

ADD = """
    INSERT INTO delivery_rampday AS given (domain, day, asks)
    SELECT * FROM unnest(%s::text[], %s::date[], %s::integer[])
    ON CONFLICT (domain, day) DO UPDATE SET asks = given.asks + EXCLUDED.asks
"""


def note_asks(asks: Mapping[str, int], *, now: datetime) -> None:
    """Count asks by mail that are put into the outbox now, by domain; only those that are warmed up count them."""
    warmed_up = SendingDomain.objects.filter(name__in=asks.keys(), ramp_begins__isnull=False)
    names = sorted(warmed_up.values_list("name", flat=True)) if asks else []
    if names:
        today = company_clock.today(now)
        _add([(name, today, asks[name]) for name in names])


def given(domains: Collection[str], day: date) -> dict[str, int]:
    """Return how many asks were given to domains for a day."""
    return dict(RampDay.objects.filter(domain__in=domains, day=day).values_list("domain", "asks"))


def moments(domain: str, ramp: Ramp | None, count: int, now: datetime) -> list[datetime]:
    """Return when each of so many letters that waited may leave: now, or at this hour of a later day where the number
    of the day is used up. What is returned is given away."""
    if ramp is None:
        return [now] * count
    here = now.astimezone(company_clock.zone())
    used = dict(RampDay.objects.filter(domain=domain, day__gte=here.date()).values_list("day", "asks"))
    found: list[datetime] = []
    taken: list[tuple[str, date, int]] = []
    # Wall time, so that a day on which the clocks change is a day all the same.
    later = (here + timedelta(days=offset) for offset in count_from(0))
    while len(found) < count:
        at = next(later)
        number, left = ramp.on(at.date()), count - len(found)
        room = left if number is None else min(max(number - used.get(at.date(), 0), 0), left)
        found += [at] * room
        taken += [(domain, at.date(), room)] if room else []
    _add(taken)
    return found


def _add(rows: Collection[tuple[str, date, int]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ADD, [list(column) for column in zip(*rows, strict=True)])
