"""All that decides whether anybody is asked, read at one moment; the line and the page speak of nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet

from accounts import company_clock
from accounts.media import OF_CUSTOMERS
from accounts.models import SetAsideRow
from accounts.sources import SAMPLE
from crm import samples
from crm.models import Touchpoint
from delivery.media.email.inbox import MAILS, WHOLE
from delivery.media.whatsapp import silence
from delivery.models import IncomingLetter, Message, SendingDomain
from onboarding import askers, figures, machinery
from onboarding.askers import SurveyState
from onboarding.figures import Passed, Queue, Span
from onboarding.machinery import Machinery
from responses.models import Response
from surveys.judging.batches import JUDGING
from surveys.models import AskingPolicy, Invitation, Judgement, Survey

# A nudge comes every twenty seconds or so, and a run takes its time.
SOON = timedelta(minutes=3)
# Letters wait longer where they are sent at a pace; taking up what customers wrote and said does not.
LATE = timedelta(minutes=15)
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Upcoming:
    """The next moment at which somebody's turn comes, and how many have theirs on that day, counted up to MOST."""

    at: datetime
    people: int


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What is known at `now`; counts of verdicts and failures are of the last seven days, which began at `week`.

    `touchpoint_kinds`: those that are there at all. `put_off`: letters that were tried and wait for another try.
    `silent`: messages that WhatsApp took and never delivered.
    `paused_domains`: those from which asking is paused, with the reason; `any_domain_asks`: another one may.
    `aside`: rows set aside, by kind of batch. `mailbox`: why the mailbox that answers come to could not be read.
    """

    now: datetime
    week: datetime
    surveys: Sequence[SurveyState] = ()
    company_budget: int | None = None
    days_late: int = 14
    machinery: Machinery = Machinery.ALIVE
    last_seen: datetime | None = None
    touchpoint_kinds: frozenset[str] = frozenset()
    last_touchpoint: datetime | None = None
    upcoming: Upcoming | None = None
    planned: Queue = field(default_factory=Queue)
    unjudged: Queue = field(default_factory=Queue)
    allowed: Passed = field(default_factory=Passed)
    refused: Mapping[str, Passed] = field(default_factory=dict)
    deferred: Mapping[str, Passed] = field(default_factory=dict)
    outbox: Queue = field(default_factory=Queue)
    put_off: Queue = field(default_factory=Queue)
    error: str = ""
    last_handed_over: datetime | None = None
    failed: int = 0
    bounced: int = 0
    unknown: Queue = field(default_factory=Queue)
    silent: Queue = field(default_factory=Queue)
    local_sender: str = ""
    paused_domains: Sequence[tuple[str, str]] = ()
    any_domain_asks: bool = True
    aside: Mapping[str, int] = field(default_factory=dict)
    mailbox: str = ""
    untaken: Queue = field(default_factory=Queue)
    open: Queue = field(default_factory=Queue)
    unsettled: Queue = field(default_factory=Queue)
    unrouted: Queue = field(default_factory=Queue)


def read(now: datetime) -> Circumstances:
    span, policy = Span.before(now), AskingPolicy.current()
    return Circumstances(
        now=now,
        week=span.week,
        surveys=askers.read(now),
        company_budget=policy.company_budget,
        days_late=policy.days_late,
        machinery=machinery.look(),
        last_seen=machinery.last_seen(),
        local_sender=_local_sender(),
        **_sending_domains(),
        **_touchpoints(),
        **_invitations(now),
        **_verdicts(span),
        **_letters(now, span),
        **_set_aside(),
        **_answers(now),
    )


def _touchpoints() -> dict[str, Any]:
    happened, kinds = Touchpoint.objects.all(), Touchpoint.objects.all().kinds()
    if samples.are_there():
        happened = happened.exclude(contact__source=SAMPLE)
        kinds = [kind for kind in kinds if happened.filter(kind=kind).exists()]
    latest = happened.filter(kind__in=kinds).aggregate(last=Max("occurred_at"))["last"]
    return {"touchpoint_kinds": frozenset(kinds), "last_touchpoint": latest}


def _invitations(now: datetime) -> dict[str, Any]:
    planned = Invitation.objects.filter(status=Invitation.Status.PLANNED)
    resting = JUDGING.run(now).resting
    due = planned.filter(due_at__lte=now - SOON).exclude(pk__in=resting)
    return {
        "planned": figures.waiting(planned, "due_at"),
        "unjudged": figures.waiting(due, "due_at"),
        "upcoming": _upcoming(planned.exclude(pk__in=resting)),
        "last_handed_over": Invitation.objects.asked().aggregate(last=Max("asked_at"))["last"],
        "open": figures.waiting(
            Invitation.objects.filter(status__in=Invitation.REMINDABLE, expires_at__isnull=False), "expires_at"
        ),
    }


def _upcoming(planned: QuerySet[Invitation]) -> Upcoming | None:
    """Return the next turn among those that are planned by what is switched on."""
    by_hand = Q(trigger=None, wave=None)
    runs = by_hand | Q(trigger__is_active=True) | Q(wave__is_active=True, wave__paused_at=None)
    turns = planned.filter(runs, survey__status=Survey.Status.ACTIVE)
    moments = list(turns.order_by("due_at").values_list("due_at", flat=True)[: figures.MOST + 1])
    if not moments:
        return None
    zone = company_clock.zone()
    day = moments[0].astimezone(zone).date()
    return Upcoming(moments[0], sum(moment.astimezone(zone).date() == day for moment in moments))


def _verdicts(span: Span) -> dict[str, Any]:
    found: dict[str, dict[str, Passed]] = {verdict: {} for verdict in Judgement.Verdict.values}
    for verdict, reason, today, week in figures.verdicts(span):
        found[verdict][reason] = Passed(today, week)
    allowed = found[Judgement.Verdict.ASK].get("", Passed())
    refused, deferred = found[Judgement.Verdict.SUPPRESS], found[Judgement.Verdict.DEFER]
    return {"allowed": allowed, "refused": refused, "deferred": deferred}


def _letters(now: datetime, span: Span) -> dict[str, Any]:
    queued = Message.objects.filter(status=Message.Status.QUEUED)
    put_off = queued.filter(attempts__gt=0, medium__in=OF_CUSTOMERS)
    newest_error = put_off.order_by("-changed_at").values_list("error", flat=True).first()
    failed = Message.objects.filter(
        status__in=[Message.Status.FAILED, Message.Status.BOUNCED], failed_at__gte=span.week
    ).aggregate(
        failed=Count("pk", filter=Q(status=Message.Status.FAILED)),
        bounced=Count("pk", filter=Q(status=Message.Status.BOUNCED)),
    )
    unknown = figures.newest(Message).filter(status=Message.Status.UNKNOWN)
    return {
        "outbox": figures.waiting(queued.filter(send_after__lte=now), "send_after"),
        "put_off": figures.waiting(put_off, "changed_at"),
        "error": newest_error or "",
        "unknown": figures.waiting(unknown, "changed_at"),
        "silent": figures.waiting(silence.messages(since=span.week, now=now), "sent_at"),
        **failed,
    }


def _set_aside() -> dict[str, Any]:
    rows = SetAsideRow.objects.all()
    counts = dict(rows.exclude(batch=MAILS.name, row=WHOLE).values_list("batch").annotate(Count("pk")))
    mailbox = rows.filter(batch=MAILS.name, row=WHOLE).values_list("reason", flat=True).first()
    return {"aside": counts, "mailbox": mailbox or ""}


def _answers(now: datetime) -> dict[str, Any]:
    late = now - timedelta(seconds=settings.SETTLE_AFTER_SECONDS) - LATE
    unsettled = Response.objects.counted().unsettled().filter(answered_at__lte=late, changed_at__lte=late)
    unrouted = Response.objects.unrouted().filter(settled_at__lte=now - LATE)
    untaken = IncomingLetter.objects.untaken().filter(arrived_at__lte=now - LATE)
    return {
        "unsettled": figures.waiting(unsettled, "answered_at"),
        "unrouted": figures.waiting(unrouted, "settled_at"),
        "untaken": figures.waiting(untaken, "arrived_at"),
    }


def _sending_domains() -> dict[str, Any]:
    known = list(SendingDomain.objects.order_by("name"))
    paused = [(str(domain), domain.get_cause_display()) for domain in known if domain.is_paused]
    return {"paused_domains": paused, "any_domain_asks": len(paused) < len(known)}


def _local_sender() -> str:
    """Return the sender of the settings where it is of this machine while letters leave it; "" where all is well."""
    address = str(settings.DEFAULT_FROM_EMAIL).rpartition("<")[2].rstrip(">")
    is_local = address.rpartition("@")[2] in LOCAL_HOSTS
    return address if is_local and settings.EMAIL_HOST not in LOCAL_HOSTS else ""
