"""Sending by one medium: a batch is claimed, composed together, handed over one by one, each recorded at once."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog
from django.db import InterfaceError, OperationalError, connection

from accounts import clock
from accounts.batches import NOT_OF_A_ROW, reason_of
from accounts.news import announce
from delivery import composers, media, outbox
from delivery.composers import Composed, Parcel, Unsendable, Untimely
from delivery.media import Carrier, ConnectionLost, PutOff, Recovery, Refused, Transport, Unclear
from delivery.models import Message
from delivery.offers import Offers
from delivery.pace import Pace
from delivery.reputation import breaker, counts, holding
from delivery.seats import HeldSeat, seat
from delivery.signals import messages_settled

Recorded = TypeVar("Recorded")

log = structlog.get_logger(__name__)

BATCH = 200
# The part of the lease for which a worker may hold a batch; what is left then goes back.
HOLD = 0.2
# Seconds between attempts to record what has been handed over, while the database is away.
PATIENCE = (0.1, 0.2, 0.5, 1, 2, 5, 10, 10, 20)


@dataclass
class Sent:
    """How many messages were handed over, put off, failed for good, called off, and given back untried.

    `held`: those whose sending domain is paused. `unclear`: those that may have been taken or not. `lost`: those
    that were not this worker's any more when it came to recording, or could not be recorded; their claims end with
    the lease.
    """

    handed_over: int = 0
    put_off: int = 0
    failed: int = 0
    called_off: int = 0
    released: int = 0
    held: int = 0
    unclear: int = 0
    lost: int = 0

    @property
    def claimed(self) -> int:
        tried = self.handed_over + self.put_off + self.failed + self.called_off + self.unclear
        return tried + self.released + self.held + self.lost


@dataclass
class Run:
    """What one worker uses for batch after batch of a medium."""

    transport: Transport
    carrier: Carrier
    pace: Pace
    seat: HeldSeat | None = None
    offers: Offers = field(init=False)

    def __post_init__(self) -> None:
        self.offers = Offers(self.transport.cost_of)

    def may_go_on(self) -> bool:
        """Say whether this worker's seat is still its own; one without a seat was given leave by its caller."""
        return self.seat is None or self.seat.keep()


@contextmanager
def opened(medium: str, seat: HeldSeat | None = None) -> Iterator[Run]:
    """Give a run whose one connection is opened by the first message and closed at the end."""
    transport = media.transport_of(medium)
    carrier = transport.open_carrier()
    try:
        yield Run(transport, carrier, Pace(transport.per_second, transport.seats), seat)
    finally:
        carrier.close()


def drain(medium: str, *, seconds: float) -> bool:
    """Send due messages over one connection for about so many seconds; return whether more may be due.

    At most as many drains of a medium work at once as it has seats; another one returns at once: its work is done.
    """
    until = time.monotonic() + seconds
    with seat(medium, media.transport_of(medium).seats) as held:
        if held is None:
            return False
        with opened(medium, held) as run:
            while time.monotonic() < until:
                sent = send_due(medium, run=run)
                # Nothing due, or nobody there to take it: the next nudge tries again.
                if sent.claimed == 0 or (sent.released and not sent.handed_over):
                    return False
    return True


def send_due(medium: str, *, limit: int = BATCH, run: Run | None = None, now: datetime | None = None) -> Sent:
    """Claim up to `limit` due messages of a medium, hand them over and record each at once.

    Safe to run many times at once: a message is claimed by one worker only. What becomes of the one message that a
    killed worker may have handed over and not recorded is told by the recovery of the medium.
    """
    if run is None:
        with opened(medium) as run:
            return send_due(medium, limit=limit, run=run, now=now)
    messages = outbox.claim(medium, limit=run.pace.at_most(limit, hold_seconds()), now=now or clock.now())
    if not messages:
        return Sent()
    try:
        return send_batch(messages, run)
    finally:
        announce(messages_settled, message_ids=[message.pk for message in messages])


def hold_seconds() -> float:
    """Return for how long a worker may hold a batch: well below the lease, one slow message included."""
    return outbox.lease().total_seconds() * HOLD


def send_batch(messages: Sequence[Message], run: Run) -> Sent:
    """Send claimed messages; when the connection is lost or time is up, give back those not tried.

    A message that cannot be composed, handed over or recorded holds up no other.
    """
    sent = Sent()
    try:
        _send_all(messages, run, sent)
    finally:
        _insist(lambda: outbox.fold([message.pk for message in messages], now=clock.now()))
    return sent


def _send_all(messages: Sequence[Message], run: Run, sent: Sent) -> None:
    hold_until = time.monotonic() + hold_seconds()
    parcels = _composed(messages, sent)
    messages = _without_held(messages, parcels, run, sent)
    run.offers.turn_to(messages, parcels)
    for number, message in enumerate(messages):
        if time.monotonic() > hold_until or not run.may_go_on():
            _give_back(messages[number:], sent)
            return
        run.pace.wait()
        if not _send_alone(message, parcels[message.pk], run, sent):
            _give_back(messages[number + 1 :], sent)
            return


def _composed(messages: Sequence[Message], sent: Sent) -> dict[int, Composed | Exception]:
    try:
        return composers.compose(messages)
    except NOT_OF_A_ROW:
        _give_back(messages, sent)
        raise


def _without_held(
    messages: Sequence[Message], parcels: Mapping[int, Composed | Exception], run: Run, sent: Sent
) -> Sequence[Message]:
    """Note where each letter would come from, and return those that may leave: asks rest while their domain does."""
    for message in messages:
        parcel = parcels[message.pk]
        if counts.is_counted(message) and not isinstance(parcel, Exception):
            message.sender_domain = run.transport.sender_domain(parcel)
        else:
            message.sender_domain = ""
    asks = [message for message in messages if message.sender_domain and message.purpose in Message.ASKING]
    domains = {message.sender_domain for message in asks}
    paused = _insist(partial(breaker.paused_among, domains)) if domains else frozenset()
    held = [message for message in asks if message.sender_domain in paused]
    if not held:
        return messages
    _insist(partial(holding.put_back, held))
    sent.held += len(held)
    waiting = {message.pk for message in held}
    return [message for message in messages if message.pk not in waiting]


def _send_alone(message: Message, parcel: Parcel | Exception, run: Run, sent: Sent) -> bool:
    """Send one message and record what became of it; return whether the other side is still there."""
    try:
        _send(message, parcel, run, sent)
    except ConnectionLost as error:
        log.warning("connection lost", message=message.pk, error=str(error))
        _put_off(message, error, sent)
        return False
    except NOT_OF_A_ROW:
        raise
    except Exception as error:
        log.exception("message could not be recorded", message=message.pk, reason=reason_of(error))
        sent.lost += 1
    return True


def _send(message: Message, parcel: Parcel | Exception, run: Run, sent: Sent) -> None:
    if isinstance(parcel, Unsendable):
        _drop(message, parcel, sent)
    elif isinstance(parcel, Untimely):
        _keep_back(message, parcel, sent)
    elif isinstance(parcel, Exception):
        _put_off(message, PutOff(f"{type(parcel).__name__}: {parcel}"), sent)
    elif run.transport.recovery is Recovery.AGAIN or _insist(partial(run.offers.take, message, now=clock.now())):
        _hand_over(message, parcel, run, sent)
    else:
        _lose(message, sent)


def _hand_over(message: Message, parcel: Parcel, run: Run, sent: Sent) -> None:
    try:
        provider_id = run.carrier.send(parcel)
    except ConnectionLost:
        raise
    except PutOff as error:
        _put_off(message, error, sent)
    except Refused as error:
        _end(message, _failure(error.bounce), str(error), error.bounce, sent, objection=error.objection)
    except NOT_OF_A_ROW:
        raise
    except Exception as error:  # noqa: BLE001 logged there, and a person hears of it
        _doubt(message, error, run, sent)
    else:
        _insist(partial(outbox.note_sent, message, provider_id=provider_id, now=clock.now()))
        sent.handed_over += 1


def _doubt(message: Message, error: Exception, run: Run, sent: Sent) -> None:
    """Record that the message may have been taken or not, as its carrier says or an error that none foresaw."""
    if isinstance(error, Unclear):
        said = str(error)
    else:
        said = reason_of(error)
        log.exception("message could not be handed over", message=message.pk, reason=said)
        run.carrier.close()
    if run.transport.recovery is Recovery.AGAIN:
        _put_off(message, PutOff(said), sent)
    elif _insist(partial(outbox.record_unknown, message, error=said, now=clock.now())):
        sent.unclear += 1
    else:
        _lose(message, sent)


def _drop(message: Message, why: Unsendable, sent: Sent) -> None:
    bounce = Message.Bounce.HARD if why.bad_address else ""
    _end(message, Message.Status.CANCELLED if why.called_off else _failure(bounce), str(why), bounce, sent)


def _failure(bounce: str) -> str:
    return Message.Status.BOUNCED if bounce == Message.Bounce.HARD else Message.Status.FAILED


def _end(message: Message, status: str, error: str, bounce: str, sent: Sent, *, objection: str = "") -> None:
    record = partial(outbox.record_final, message, status=status, error=error, bounce=bounce, objection=objection)
    if not _insist(partial(record, now=clock.now())):
        _lose(message, sent)
    elif status == Message.Status.CANCELLED:
        sent.called_off += 1
    else:
        sent.failed += 1


def _put_off(message: Message, error: PutOff, sent: Sent) -> None:
    record = partial(outbox.record_temporary, message, error=str(error), bounce=error.bounce, after=error.after)
    if _insist(partial(record, now=clock.now())):
        sent.put_off += 1
    else:
        _lose(message, sent)


def _keep_back(message: Message, why: Untimely, sent: Sent) -> None:
    if _insist(partial(outbox.keep_back, message, until=why.until, now=clock.now())):
        sent.put_off += 1
    else:
        _lose(message, sent)


def _lose(message: Message, sent: Sent) -> None:
    log.warning("a claim was over before its message was recorded", message=message.pk, claim=message.claim)
    sent.lost += 1


def _give_back(messages: Sequence[Message], sent: Sent) -> None:
    _insist(partial(outbox.release, messages))
    sent.released += len(messages)


def _insist(record: Callable[[], Recorded]) -> Recorded:
    """Record what has happened even if the database restarts just now: forgetting it would repeat a message."""
    for pause in PATIENCE:
        try:
            return record()
        except (OperationalError, InterfaceError):
            log.warning("the database is away; recording again soon", pause=pause)
            connection.close()
            time.sleep(pause)
    return record()
