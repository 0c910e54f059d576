"""Where a contact is: the time zone whose clock counts and the region whose holidays do, in SQL as in Python."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.company_clock import ClosedDays
from accounts.models import Organisation
from surveys.planning.zones import known_everywhere

# Of a contact `c` and its company `o`; `zones` and `holiday_regions` are those that matter.
ZONE = """
    CASE WHEN c.timezone = ANY(%(zones)s) THEN c.timezone
         WHEN o.timezone = ANY(%(zones)s) THEN o.timezone
         ELSE %(default_zone)s END
"""
_REGION = "lower(COALESCE(NULLIF(c.region, ''), o.region, ''))"
REGION = f"CASE WHEN {_REGION} = ANY(%(holiday_regions)s) THEN {_REGION} ELSE '' END"
# The language that is offered to the contact: its own, else the nearest that it narrows, as spoken.matched() finds it.
LANGUAGE = """
    CASE WHEN c.language = ANY(%(languages)s) THEN c.language
         ELSE COALESCE(
             (SELECT offered FROM unnest(%(languages)s::text[]) offered
              WHERE starts_with(c.language, offered || '-') ORDER BY length(offered) DESC LIMIT 1),
             %(default_language)s
         ) END
"""
# What pick() takes of each row, to be grouped by.
NAMED = f"c.timezone, COALESCE(o.timezone, ''), {REGION}"


@dataclass(frozen=True)
class Places:
    """The zones that may be given to the database, the company's own, and the closed days of each region."""

    known: frozenset[str]
    default: str
    closed_days: ClosedDays

    @classmethod
    def fetch(cls) -> "Places":
        known, own = known_everywhere(), Organisation.current().zone.key
        return cls(known, own if own in known else "UTC", ClosedDays.fetch())

    @property
    def regions(self) -> dict[str, Any]:
        """The parameter of REGION: regions that have holidays of their own, in lower case."""
        return {"holiday_regions": list(self.closed_days.by_region)}

    def zone_of(self, of_contact: str, of_company: str) -> str:
        """Return the zone that ZONE chooses, whose name the database knows."""
        return next((name for name in (of_contact, of_company) if name in self.known), self.default)

    def parameters(self, zones: Iterable[str]) -> dict[str, Any]:
        """Return the parameters of ZONE for rows that lie in `zones` and the company's own."""
        return {"zones": sorted({*zones}), "default_zone": self.default}

    def holidays(self, region: str) -> frozenset[date]:
        return self.closed_days.of(region)
