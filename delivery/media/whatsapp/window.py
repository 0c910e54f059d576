"""For how long words may follow what a customer wrote: 24 hours, after which only templates begin anew.

https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages, “Customer service windows”.
"""

from datetime import datetime, timedelta

from django.db.models import Max

from delivery.models import ChatEvent, IncomingText, WhatsAppNumber

LASTS = timedelta(hours=24)
# Meta's clock and ours differ, and a hand-over takes its time.
SPARED = timedelta(minutes=5)


def closes_at(spoke_at: datetime) -> datetime:
    """Return until when we write, where a customer wrote or pressed something last at `spoke_at`."""
    return spoke_at + LASTS - SPARED


def is_open(spoke_at: datetime | None, now: datetime) -> bool:
    return spoke_at is not None and now < closes_at(spoke_at)


def spoke_at(number: WhatsAppNumber, phone: str) -> datetime | None:
    """Return when somebody wrote to a number, or pressed a button there, last; as Meta dates it."""
    words = IncomingText.objects.filter(whatsapp=number, from_number=phone)
    presses = ChatEvent.objects.filter(whatsapp=number, chat=phone, kind=ChatEvent.Kind.PRESS)
    moments = [rows.aggregate(last=Max("at"))["last"] for rows in (words, presses)]
    return max(filter(None, moments), default=None)
