"""The company's clock: its time zone, its business hours and the days on which nobody works or is asked."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from accounts.business_hours import Calendar
from accounts.models import Holiday, Organisation


@dataclass(frozen=True)
class ClosedDays:
    """Holidays: those that hold everywhere, and for each region (in lower case) these and its own together."""

    everywhere: frozenset[date] = frozenset()
    by_region: Mapping[str, frozenset[date]] = field(default_factory=dict)

    @classmethod
    def fetch(cls) -> "ClosedDays":
        found: dict[str, set[date]] = defaultdict(set)
        for region, day in Holiday.objects.values_list("region", "date"):
            found[region.strip().lower()].add(day)
        everywhere = frozenset(found.pop("", ()))
        return cls(everywhere, {region: everywhere | days for region, days in found.items()})

    def of(self, region: str) -> frozenset[date]:
        """Return the closed days of one region; "" and regions without holidays of their own have those of all."""
        return self.by_region.get(region.strip().lower(), self.everywhere)


def zone() -> ZoneInfo:
    """Return the time zone in which the company counts its days."""
    return Organisation.current().zone


def today(now: datetime) -> date:
    """Return the company's date at a moment."""
    return now.astimezone(zone()).date()


def business_calendars() -> "BusinessCalendars":
    """Return the business hours of all regions, in two queries."""
    return BusinessCalendars(Organisation.current(), ClosedDays.fetch())


@dataclass(frozen=True)
class BusinessCalendars:
    organisation: Organisation
    closed_days: ClosedDays

    def of(self, region: str = "") -> Calendar:
        """Return the business hours of those who work in `region`."""
        organisation = self.organisation
        return Calendar(
            zone=organisation.zone,
            holidays=self.closed_days.of(region),
            opens=organisation.opens_at,
            closes=organisation.closes_at,
            weekdays=frozenset(organisation.weekdays),
        )
