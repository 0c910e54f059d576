"""What gateways tell of texts that they took: pushed to a door of ours, or asked for."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from accounts import clock
from accounts.batches import one_by_one
from accounts.media import Medium
from delivery import services
from delivery.media.sms import gateways
from delivery.media.sms.carrier import named
from delivery.media.sms.gateway import Receipt
from delivery.models import Message, TextGateway
from delivery.news import News

log = structlog.get_logger(__name__)

# Most texts arrive within minutes, and a phone that was off for three days gets them no more.
FRESH, OLDEST = timedelta(minutes=15), timedelta(days=3)
# Older ones are asked for at every quarter of an hour.
SELDOM = 15
AT_ONCE = 100
MOST = 1000


def hear(gateway: TextGateway, receipt: Receipt, *, now: datetime) -> bool:
    """Take a receipt; return whether it changed anything. It can speak of texts of its own gateway only."""
    number = named(gateway.pk, receipt.provider_id)
    key = _key(receipt.message, number) if receipt.message else ""
    if not number and not key:
        return False
    return services.hear(
        News(
            provider_id=number,
            key=key,
            at=min(receipt.at or now, now),
            delivered=receipt.delivered,
            undeliverable=receipt.undeliverable,
            bounce=receipt.bounce,
            objection=receipt.objection,
        )
    )


def _key(message: int, number: str) -> str:
    """Return the key of the text that an address of ours names, unless it is known to be another one."""
    found = Message.objects.filter(pk=message, medium=Medium.SMS).first()
    return found.idempotency_key if found and found.provider_id in ("", number) else ""


def ask_all(*, now: datetime | None = None) -> int:
    """Ask the gateways that push nothing what became of the texts they took, and return how many changed by that.

    A gateway that cannot be asked stops no other: the next run asks again.
    """
    now = now or clock.now()
    since = OLDEST if now.minute % SELDOM == 0 else FRESH
    changed: list[int] = []
    one_by_one(list(TextGateway.objects.in_use()), lambda gateway: changed.append(_ask(gateway, now - since, now)))
    return sum(changed)


def _ask(model: TextGateway, since: datetime, now: datetime) -> int:
    gateway = gateways.of(model)
    if not gateway.polls:
        return 0
    prefix = named(model.pk, "x")[:-1]
    waiting = Message.objects.filter(
        medium=Medium.SMS, status=Message.Status.SENT, sent_at__gt=since, provider_id__startswith=prefix
    ).order_by("sent_at")
    numbers = [number.removeprefix(prefix) for number in waiting.values_list("provider_id", flat=True)[:MOST]]
    changed = 0
    for start in range(0, len(numbers), AT_ONCE):
        changed += _asked(model, gateway.receipts(numbers[start : start + AT_ONCE]), now)
    return changed


def _asked(model: TextGateway, receipts: Sequence[Receipt], now: datetime) -> int:
    taken: list[bool] = []
    one_by_one(receipts, lambda receipt: taken.append(hear(model, receipt, now=now)))
    return sum(taken)
