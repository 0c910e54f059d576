"""One claimed batch: composed together, handed over one by one, each recorded before the next one goes."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import structlog
from django.db import InterfaceError, OperationalError, connection

from accounts import clock
from delivery import composing, outbox
from delivery.composing import Letter, Unsendable
from delivery.media import Carrier, ConnectionLost, PutOff, Refused
from delivery.models import Message
from delivery.pacing import Pace

log = structlog.get_logger(__name__)

# Seconds a worker may hold a batch; what is left then goes back. Well below outbox.LEASE.
HOLD = 60
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

    def __add__(self, other: "Sent") -> "Sent":
        return Sent(*(mine + theirs for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True)))


def send_batch(messages: Sequence[Message], *, carrier: Carrier, pace: Pace) -> Sent:
    """Send claimed messages; when the connection is lost or time is up, give back those not tried."""
    sent = Sent()
    hold_until = time.monotonic() + HOLD
    letters = composing.compose(messages)
    for number, message in enumerate(messages):
        if time.monotonic() > hold_until:
            return _give_back(messages[number:], sent)
        pace.wait()
        try:
            _send(message, letters[message.pk], carrier, sent)
        except ConnectionLost as error:
            log.warning("connection lost", message=message.pk, error=str(error))
            _put_off(message, str(error), sent)
            return _give_back(messages[number + 1 :], sent)
    return sent


def _send(message: Message, letter: Letter | Exception, carrier: Carrier, sent: Sent) -> None:
    if isinstance(letter, Unsendable):
        _drop(message, letter, sent)
        return
    if isinstance(letter, Exception):
        _put_off(message, f"{type(letter).__name__}: {letter}", sent)
        return
    try:
        provider_id = carrier.send(letter)
    except ConnectionLost:
        raise
    except PutOff as error:
        _put_off(message, str(error), sent)
    except Refused as error:
        _end(message, Message.Status.BOUNCED if error.bad_address else Message.Status.FAILED, str(error))
        sent.failed += 1
    else:
        _insist(partial(outbox.record_sent, message, provider_id=provider_id, now=clock.now()))
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


def _give_back(messages: Sequence[Message], sent: Sent) -> Sent:
    _insist(partial(outbox.release, messages))
    sent.released += len(messages)
    return sent


def _insist(record: Callable[[], None]) -> None:
    """Record what has happened even if the database restarts just now: forgetting it would repeat a message."""
    for pause in PATIENCE:
        try:
            return record()
        except (OperationalError, InterfaceError):
            log.warning("the database is away; trying again to record")
            connection.close()
            time.sleep(pause)
    return record()
