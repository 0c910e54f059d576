"""When an ask is due by the next medium: pure arithmetic over what became of the message before."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from delivery.models import Message
from surveys.models.asker import Asker

Status = Message.Status

# What is about to be handed over, or was not when it was to be, is looked at again after so long.
LOOK_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an asker waits before the next medium, for an arrival and for an answer; None is never."""

    undelivered: timedelta | None = None
    unanswered: timedelta | None = None

    def __bool__(self) -> bool:
        return self.undelivered is not None or self.unanswered is not None

    @property
    def shortest(self) -> timedelta | None:
        return min((wait for wait in (self.undelivered, self.unanswered) if wait is not None), default=None)


def patience_of(asker: Asker | None) -> Patience:
    """Return the patience of a trigger or a wave; none where there is a single medium, or a person asked by hand."""
    if asker is None or len(asker.media) < 2:
        return Patience()
    return Patience(_hours(asker.undelivered_hours), _hours(asker.unanswered_hours))


def first(asker: Asker | None, asked_at: datetime) -> datetime | None:
    """Return when to look first whether the next medium is due for an ask that was let out at `asked_at`."""
    wait = patience_of(asker).shortest
    return None if wait is None else asked_at + wait


def _hours(number: int | None) -> timedelta | None:
    return None if number is None else timedelta(hours=number)


@dataclass(frozen=True, slots=True)
class Carried:
    """The newest message of an ask. `tells_arrival`: whether its medium says what arrived."""

    message: int
    purpose: str
    status: str
    queued_at: datetime
    sent_at: datetime | None
    tells_arrival: bool

    @property
    def is_lost(self) -> bool:
        return self.status in Message.NOT_ARRIVED

    @property
    def waits(self) -> bool:
        """Whether it still stands in the outbox, or is just leaving it."""
        return self.status in (Status.QUEUED, Status.SENDING)

    @property
    def has_left(self) -> bool:
        return self.sent_at is not None or self.status == Status.UNKNOWN


@dataclass(frozen=True, slots=True)
class Turn:
    """When the next medium is due, and whether the customer was asked already: then it reminds."""

    at: datetime
    reminds: bool = False


def step(carried: Carried, patience: Patience) -> Turn | None:
    """Return when the next medium is due if nothing more is heard; None where it never is.

    What is lost is due at once. What has not left yet waits for as long as what has not arrived: a gateway out of order
    keeps nobody from the next medium. No answer can be missed before it has left, and nobody is reminded of what may
    never have left.
    """
    reminds = carried.purpose == Message.Purpose.REMINDER
    if carried.is_lost:
        return Turn(carried.queued_at, reminds)
    steps = []
    if patience.undelivered is not None and _may_not_arrive(carried):
        steps.append(Turn((carried.sent_at or carried.queued_at) + patience.undelivered, reminds))
    if patience.unanswered is not None and carried.has_left:
        was_asked = reminds or carried.status != Status.UNKNOWN
        steps.append(Turn((carried.sent_at or carried.queued_at) + patience.unanswered, was_asked))
    return min(steps, key=lambda one: one.at, default=None)


def _may_not_arrive(carried: Carried) -> bool:
    """Say whether it is open whether a message arrives, and whether anybody would say so."""
    if carried.status == Status.DELIVERED:
        return False
    return carried.tells_arrival or carried.status != Status.SENT
