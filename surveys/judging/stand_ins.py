"""What stands in for rows in a dry run: of each only what the facts are read from."""

from dataclasses import dataclass
from datetime import datetime

from surveys.models import Survey, Trigger, Wave


@dataclass(slots=True)
class Customer:
    pk: int
    timezone: str
    region: str


@dataclass(slots=True)
class Place:
    timezone: str
    region: str


@dataclass(slots=True)
class Event:
    """A touchpoint as it was at the moment that the run has reached."""

    occurred_at: datetime
    deal_id: int | None
    cancelled_at: datetime | None = None


@dataclass(slots=True)
class ReplayedAsk:
    """Stands in for an invitation: it has what the facts are read from, at a tenth of the cost."""

    survey: Survey
    trigger: Trigger | None
    asker: Trigger | Wave
    kind: str
    touchpoint: Event | None
    contact: Customer
    contact_id: int
    company: Place | None
    company_id: int | None
    due_at: datetime
    planned_at: datetime
    pk: None = None
    wave: Wave | None = None
    arm: None = None
    own_clock_days: None = None
    brand_id: None = None
    lined_up: str = ""

    @property
    def language(self) -> str:
        """The one that stands in wherever the customer's own is not spoken."""
        return self.survey.default_language
