"""One claimed batch: composed together, handed over one by one, each recorded before the next one goes."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import structlog
from django.db import InterfaceError, OperationalError, connection

from accounts import clock
from delivery import composers, outbox
from delivery.composers import Parcel, Unsendable
from delivery.media import Carrier, ConnectionLost, PutOff, Refused, open_carrier
from delivery.models import Message
from delivery.pacing import Pace

log = structlog.get_logger(__name__)

# The part of the lease for which a worker may hold a batch; what is left then goes back.
HOLD = 0.2
# Seconds between attempts to record what has been handed over, while the database is away.
PATIENCE = (0.1, 0.2, 0.5, 1, 2, 5, 10, 10, 20)


@dataclass
class Sent:
    """How many messages were handed over, put off, failed for good, called off, and given back untried."""

    handed_over: int = 0
    put_off: int = 0
    failed: int = 0
    called_off: int = 0
    released: int = 0

    @property
    def claimed(self) -> int:
        return self.handed_over + self.put_off + self.failed + self.called_off + self.released


def hold_seconds() -> float:
    """Return for how long a worker may hold a batch: well below the lease, one slow message included."""
    return outbox.lease().total_seconds() * HOLD


@dataclass
class Run:
    """What one worker uses for batch after batch of a medium."""

    carrier: Carrier
    pace: Pace = field(default_factory=Pace)


@contextmanager
def run(medium: str) -> Iterator[Run]:
    """Give a run whose one connection is opened by the first message and closed at the end."""
    carrier = open_carrier(medium)
    try:
        yield Run(carrier)
    finally:
        carrier.close()


def send_batch(messages: Sequence[Message], run: Run) -> Sent:
    """Send claimed messages; when the connection is lost or time is up, give back those not tried."""
    sent = Sent()
    try:
        _send_all(messages, run, sent)
    finally:
        _insist(lambda: outbox.fold(messages, now=clock.now()))
    return sent


def _send_all(messages: Sequence[Message], run: Run, sent: Sent) -> None:
    hold_until = time.monotonic() + hold_seconds()
    parcels = composers.compose(messages)
    for number, message in enumerate(messages):
        if time.monotonic() > hold_until:
            _give_back(messages[number:], sent)
            return
        run.pace.wait()
        try:
            _send(message, parcels[message.pk], run, sent)
        except ConnectionLost as error:
            log.warning("connection lost", message=message.pk, error=str(error))
            _put_off(message, str(error), sent)
            _give_back(messages[number + 1 :], sent)
            return


def _send(message: Message, parcel: Parcel | Exception, run: Run, sent: Sent) -> None:
    if isinstance(parcel, Unsendable):
        _drop(message, parcel, sent)
        return
    if isinstance(parcel, Exception):
        _put_off(message, f"{type(parcel).__name__}: {parcel}", sent)
        return
    try:
        provider_id = run.carrier.send(parcel)
    except ConnectionLost:
        raise
    except PutOff as error:
        _put_off(message, str(error), sent)
    except Refused as error:
        _end(message, Message.Status.BOUNCED if error.bad_address else Message.Status.FAILED, str(error))
        sent.failed += 1
    else:
        _insist(partial(outbox.note_sent, message, provider_id=provider_id, now=clock.now()))
        sent.handed_over += 1


def _drop(message: Message, why: Unsendable, sent: Sent) -> None:
    if why.called_off:
        _end(message, Message.Status.CANCELLED, str(why))
        sent.called_off += 1
    else:
        _end(message, Message.Status.BOUNCED if why.bad_address else Message.Status.FAILED, str(why))
        sent.failed += 1


def _end(message: Message, status: str, error: str) -> None:
    _insist(partial(outbox.record_final, message, status=status, error=error, now=clock.now()))


def _put_off(message: Message, error: str, sent: Sent) -> None:
    _insist(partial(outbox.record_temporary, message, error=error, now=clock.now()))
    sent.put_off += 1


def _give_back(messages: Sequence[Message], sent: Sent) -> None:
    _insist(partial(outbox.release, messages))
    sent.released += len(messages)


def _insist(record: Callable[[], None]) -> None:
    """Record what has happened even if the database restarts just now: forgetting it would repeat a message."""
    for pause in PATIENCE:
        try:
            return record()
        except (OperationalError, InterfaceError):
            log.warning("the database is away; recording again soon", pause=pause)
            connection.close()
            time.sleep(pause)
    return record()
