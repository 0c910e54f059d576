"""Messages that Meta took and of which it never said that they arrived: without a payment method it drops them and
answers as if all were well."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.media import Medium
from delivery.models import Message, WhatsAppNumber

# A phone that is switched on tells of it within seconds; many are off for a night.
SILENT_AFTER = timedelta(hours=24)


def messages(*, since: datetime, now: datetime) -> QuerySet[Message]:
    """Return the messages of all numbers that were handed over since a moment and are silent by now."""
    return Message.objects.filter(
        medium=Medium.WHATSAPP, status=Message.Status.SENT, sent_at__gte=since, sent_at__lt=now - SILENT_AFTER
    )


def of(number: WhatsAppNumber, *, since: datetime, now: datetime) -> int:
    """Return how many of them one number has."""
    return messages(since=since, now=now).filter(provider_id__startswith=f"{number.pk}:").count()
