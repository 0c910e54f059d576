"""The report in short, by mail: of the week or the month that is over, to everybody who asked for it.

It is due from seven in the morning on the company's clock, and for three days after that, so that a night without
workers loses none. The key of its message is the person and the period: however often and by however many workers it is
looked for, it is written once. What it says is written down when it is queued and never read anew.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts import company_clock
from accounts.languages import supported
from accounts.media import Medium
from accounts.models import User
from accounts.setaside import Batch
from analytics.dashboard.filters import OWN, lists_for, teams_in_reach
from analytics.periods import Granularity, Period, bucket, months_before
from analytics.reports import content, facts
from analytics.reports.forms import ReportForm, scope_of
from delivery import services as delivery
from delivery.models import Message

TEMPLATE = "digest"
DIGESTS = Batch("digests", _("sending reports by mail"), task="analytics.send_digests", model=User)
HOUR = time(7)
LATEST = timedelta(days=3)
WEEKS_SHOWN, MONTHS_SHOWN = timedelta(weeks=13), 12


def queue_due(now: datetime) -> list[Message]:
    """Queue every digest that is due and return those that are new; whoever cannot be written to stops no other."""
    zone, run = company_clock.zone(), DIGESTS.run(now)
    due = {cadence: days for cadence in User.Digest.values if (days := due_days(cadence, now, zone))}
    wanted = User.objects.filter(digest__in=due, is_active=True, email__isnull=False).exclude(pk__in=run.resting)
    keys = {person: _key(person, due[person.digest]) for person in wanted.order_by("pk")}
    sent = set(Message.objects.filter(idempotency_key__in=keys.values()).values_list("idempotency_key", flat=True))
    missing = [person for person, key in keys.items() if key not in sent and person.is_manager]
    worked = run.one_by_one(missing, lambda person: delivery.queue([message_to(person, due[person.digest], zone)]))
    return [message for messages in worked.results for message in messages]


def due_days(cadence: str, now: datetime, zone: ZoneInfo) -> Period | None:
    """Return the week or month to be told of at a moment; None where that was told, or it is not yet morning."""
    today = now.astimezone(zone).date()
    if cadence == User.Digest.WEEKLY:
        end = bucket(today, Granularity.WEEK)
        days = Period(end - timedelta(weeks=1), end)
    else:
        end = today.replace(day=1)
        days = Period(months_before(end, 1), end)
    begins = datetime.combine(end, HOUR, zone)
    return days if begins <= now < begins + LATEST else None


def message_to(person: User, days: Period, zone: ZoneInfo) -> Message:
    """Return the unsaved message that tells a person of a period, as it was seen on the morning after it."""
    language = supported(person.language)
    query = QueryDict(mutable=True)
    query.update({"period": OWN, "start": days.start.isoformat(), "end": days.last_day.isoformat()})
    teams = teams_in_reach(person)
    with translation.override(language):
        form = ReportForm(query, lists=lists_for(person), teams=teams, today=days.end)
        form.full_clean()
        read = facts.read(form, zone, query, scope_of(form), person, _past(person.digest, days))
        document = content.in_short(read)
    return Message(
        medium=Medium.EMAIL,
        purpose=Message.Purpose.STAFF,
        to_address=person.email or "",
        to_name=person.name,
        language=language,
        template=TEMPLATE,
        context={
            "person": person.pk,
            "teams": list(teams) if teams is not None else None,
            "document": document.as_json(),
            "query": query.urlencode(),
        },
        idempotency_key=_key(person, days),
    )


def _past(cadence: str, days: Period) -> tuple[Period, Granularity]:
    """Return what the chart of a digest shows: the weeks of a quarter, or the months of a year."""
    if cadence == User.Digest.WEEKLY:
        return Period(days.end - WEEKS_SHOWN, days.end), Granularity.WEEK
    return Period(months_before(days.end, MONTHS_SHOWN), days.end), Granularity.MONTH


def _key(person: User, days: Period) -> str:
    return f"digest-{person.digest}-{days.start}-{person.pk}-{Medium.EMAIL}"
