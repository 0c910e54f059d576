"""What gateways tell of texts that they took: pushed to a door of ours, or asked for."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from accounts import clock
from accounts.batches import NOT_OF_A_ROW, one_by_one, reason_of
from accounts.media import Medium
from delivery import services
from delivery.media.sms import gateways
from delivery.media.sms.carrier import ids_of, named
from delivery.media.sms.gateway import Gateway, Receipt
from delivery.media.web import Connections
from delivery.models import Message, TextGateway
from delivery.news import News

log = structlog.get_logger(__name__)

# Most texts arrive within minutes, and a phone that was off for three days gets them no more.
FRESH, OLDEST = timedelta(minutes=15), timedelta(days=3)
# Older ones are asked for at every quarter of an hour.
SELDOM = 15
AT_ONCE = 100
MOST = 1000
# What is not asked for within so many seconds waits for the next run.
SECONDS = 40


def hear(gateway: TextGateway, receipt: Receipt, *, now: datetime) -> bool:
    """Take a receipt; return whether it changed anything. It can speak of texts of its own gateway only."""
    number = named(gateway.pk, receipt.provider_id)
    if not number and receipt.message is None:
        return False
    return services.hear(
        News(
            provider_id=number,
            key="",
            message=receipt.message,
            medium=Medium.SMS,
            at=min(receipt.at or now, now),
            delivered=receipt.delivered,
            undeliverable=receipt.undeliverable,
            bounce=receipt.bounce,
            objection=receipt.objection,
            arrived_by=Medium.VIBER.value if receipt.by_viber else "",
            cost=gateway.viber_price if receipt.by_viber else None,
        )
    )


def ask_all(*, now: datetime | None = None) -> int:
    """Ask the gateways that push nothing what became of the texts they took, and return how many changed by that.

    A gateway that cannot be asked stops no other: the next run asks again.
    """
    now = now or clock.now()
    since = OLDEST if now.minute % SELDOM == 0 else FRESH
    return sum(_ask_alone(gateway, now - since, now) for gateway in TextGateway.objects.order_by("pk"))


def _ask_alone(model: TextGateway, since: datetime, now: datetime) -> int:
    try:
        with Connections() as connections:
            return _ask(gateways.of(model, connections), model, since, now)
    except NOT_OF_A_ROW:
        raise
    except Exception as error:  # noqa: BLE001 the next run asks again, and others are asked now
        log.warning("a gateway could not be asked", gateway=model.pk, reason=reason_of(error))
        return 0


def _ask(gateway: Gateway, model: TextGateway, since: datetime, now: datetime) -> int:
    if not gateway.polls:
        return 0
    prefix = ids_of(model.pk)
    # In no order, so that what never settles does not keep the rest from being asked for.
    waiting = Message.objects.filter(
        medium=Medium.SMS, status=Message.Status.SENT, sent_at__gt=since, provider_id__startswith=prefix
    ).order_by("?")
    numbers = [number.removeprefix(prefix) for number in waiting.values_list("provider_id", flat=True)[:MOST]]
    changed, until = 0, time.monotonic() + SECONDS
    for start in range(0, len(numbers), AT_ONCE):
        if time.monotonic() > until:
            break
        changed += _asked(model, gateway.receipts(numbers[start : start + AT_ONCE]), now)
    return changed


def _asked(model: TextGateway, receipts: Sequence[Receipt], now: datetime) -> int:
    taken: list[bool] = []
    one_by_one(receipts, lambda receipt: taken.append(hear(model, receipt, now=now)))
    return sum(taken)
