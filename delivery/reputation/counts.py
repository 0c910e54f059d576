"""What became of letters, counted by sending domain and day in the transaction that learns of it.

What is counted are letters to customers, by the day on which they were handed over: replies and thanks too, since
whoever X address counts as handed over and as come back. Only the transition counts: a second report changes
nothing.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Sum

from accounts import company_clock
from accounts.media import Medium
from delivery.models import Handover, Message, SendingDay
from delivery.reputation.shares import DomainFigures

# A moving window: today and the days before it, on the company's clock.
DAYS = 7
# Letters from before somebody let the domain ask again count no more.
ADD = """
    INSERT INTO delivery_sendingday AS counted (domain, day, handed_over, bounces, complaints)
    SELECT %(domain)s, (%(at)s AT TIME ZONE %(zone)s)::date, %(handed_over)s, %(bounces)s, %(complaints)s
    WHERE NOT EXISTS (SELECT FROM delivery_sendingdomain WHERE name = %(domain)s AND counted_from > %(at)s)
    ON CONFLICT (domain, day) WHERE NOT is_over DO UPDATE SET
        handed_over = counted.handed_over + EXCLUDED.handed_over, bounces = counted.bounces + EXCLUDED.bounces,
        complaints = counted.complaints + EXCLUDED.complaints
"""


def is_counted(message: Message) -> bool:
    """Say whether a message is a letter to a customer."""
    return message.medium == Medium.EMAIL and message.purpose != Message.Purpose.STAFF


def refused(message: Message, *, at: datetime) -> None:
    """Count a letter that came back at the very door."""
    _add(message.sender_domain, at, handed_over=1, bounces=1)


def heard(message: Message, *, bounced: bool, complained: bool, now: datetime) -> str:
    """Count what just became known of a letter that was handed over, and return its domain; "" where none counts it.

    Whoever calls holds the row of the message and changed it by this news.
    """
    domain = _domain_of(message) if (bounced or complained) and is_counted(message) else ""
    if domain:
        _add(domain, message.sent_at or now, bounces=int(bounced), complaints=int(complained))
    return domain


def figures(domains: Collection[str], now: datetime) -> dict[str, DomainFigures]:
    """Return the figures of the window by domain; of a domain from which nothing went there are none."""
    since = company_clock.today(now) - timedelta(days=DAYS - 1)
    rows = SendingDay.objects.filter(domain__in=domains, day__gte=since, is_over=False).values_list("domain")
    summed = rows.annotate(Sum("handed_over"), Sum("bounces"), Sum("complaints"))
    return {domain: DomainFigures(*sums) for domain, *sums in summed}


def _domain_of(message: Message) -> str:
    """Return where a letter came from; of one that was handed over just now only the note of that says it."""
    if message.sender_domain:
        return message.sender_domain
    return Handover.objects.filter(pk=message.pk).values_list("sender_domain", flat=True).first() or ""


def _add(domain: str, at: datetime, *, handed_over: int = 0, bounces: int = 0, complaints: int = 0) -> None:
    counted = {"handed_over": handed_over, "bounces": bounces, "complaints": complaints}
    with connection.cursor() as cursor:
        cursor.execute(ADD, {"domain": domain, "at": at, "zone": company_clock.zone().key, **counted})
