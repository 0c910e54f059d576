"""What the facts of a case are read from: an invitation, or whatever stands in for one."""

from datetime import datetime
from typing import Protocol

from surveys.models import ExperimentArm, Survey, Trigger, Wave
from surveys.models.asker import Asker


class Located(Protocol):
    """A contact or a company, with the zone and the region that they are known to live in; "" where not known."""

    @property
    def timezone(self) -> str: ...

    @property
    def region(self) -> str: ...


class Happened(Protocol):
    """What the ask is about."""

    @property
    def occurred_at(self) -> datetime: ...

    @property
    def deal_id(self) -> int | None: ...

    @property
    def cancelled_at(self) -> datetime | None: ...


class Askable(Protocol):
    """An ask of a contact by a survey, planned by a trigger, a wave or a person."""

    @property
    def pk(self) -> int | None: ...

    @property
    def survey(self) -> Survey: ...

    @property
    def trigger(self) -> Trigger | None: ...

    @property
    def wave(self) -> Wave | None: ...

    @property
    def asker(self) -> Asker | None: ...

    @property
    def arm(self) -> ExperimentArm | None: ...

    @property
    def brand_id(self) -> int | None: ...

    @property
    def kind(self) -> str: ...

    @property
    def language(self) -> str: ...

    @property
    def touchpoint(self) -> Happened | None: ...

    @property
    def contact(self) -> Located: ...

    @property
    def contact_id(self) -> int: ...

    @property
    def company(self) -> Located | None: ...

    @property
    def company_id(self) -> int | None: ...

    @property
    def own_clock_days(self) -> int | None: ...

    @property
    def planned_at(self) -> datetime: ...

    @property
    def due_at(self) -> datetime: ...
