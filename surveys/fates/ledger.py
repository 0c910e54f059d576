"""The whole life of one invitation, as a list of moments."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.media import Medium
from accounts.models import Organisation
from delivery.models import Message
from surveys.judging import reasons
from surveys.models import Invitation, InvitationMessage, Judgement

# What of() reads of an invitation: give it to select_related() and prefetch_related().
RELATIONS = ("trigger", "wave", "manual_ask__by")
PREFETCHES = (
    Prefetch("judgements", Judgement.objects.order_by("at", "pk")),
    Prefetch("sendings", InvitationMessage.objects.select_related("message").order_by("message_id")),
)


@dataclass(frozen=True)
class Moment:
    """One thing that happened; `lines` is the trace of a judgement, `kind` says how to show it."""

    at: datetime
    what: str
    detail: str = ""
    kind: str = ""
    lines: list[reasons.TraceLine] = field(default_factory=list)


def of(invitation: Invitation) -> list[Moment]:
    """Return what happened with `invitation` and its messages, in order of time; what has not happened is left out."""
    return in_order([*until_sent(invitation), *_of_visitor(invitation)])


def in_order(moments: Iterable[Moment]) -> list[Moment]:
    """Sort by time; what happened at one moment keeps its order."""
    return sorted(moments, key=lambda moment: moment.at)


def until_sent(invitation: Invitation) -> Iterator[Moment]:
    """Yield what we did: planned, judged, wrote, handed over; not in order of time."""
    origin = str(invitation.asker or "")
    if invitation.own_clock_days is not None:
        origin = _("Asked again after recovery")
    yield Moment(invitation.planned_at, _("Planned"), origin)
    if hasattr(invitation, "manual_ask"):
        manual = invitation.manual_ask
        yield Moment(manual.at, _("Asked by hand by %(name)s") % {"name": manual.by}, manual.reason)
    for judgement in invitation.judgements.all():
        yield Moment(judgement.at, _subject(judgement), _verdict(judgement), lines=reasons.lines(judgement.trace))
    for sending in invitation.sendings.all():
        yield from _of_message(sending.message)
    if invitation.status == Invitation.Status.EXPIRED and invitation.expires_at:
        yield Moment(invitation.expires_at, _("Expired unanswered"))


def _of_visitor(invitation: Invitation) -> Iterator[Moment]:
    if invitation.answered_at:
        yield Moment(invitation.answered_at, _("Answered"))


def _subject(judgement: Judgement) -> str:
    if judgement.reminder is None:
        return _("Judged")
    return _("Reminder %(number)d judged") % {"number": judgement.reminder}


def _verdict(judgement: Judgement) -> str:
    words = f"{judgement.get_verdict_display()} {reasons.label(judgement.reason)}".strip()
    if judgement.until is None:
        return words
    until = date_format(localtime(judgement.until), "DATETIME_FORMAT")
    return _("%(verdict)s Next look: %(moment)s") % {"verdict": words, "moment": until}


def _of_message(message: Message) -> Iterator[Moment]:
    is_called_off = message.status == Message.Status.CANCELLED
    is_wrong = message.status in (Message.Status.FAILED, Message.Status.BOUNCED)
    steps = [
        (message.created_at, _("Message queued"), f"{message.get_medium_display()} · {message}", ""),
        (message.claimed_at, _("Message taken up by a sender"), _attempts(message), ""),
        (
            message.sent_at,
            _("Message handed over"),
            " · ".join(filter(None, [message.provider_id, _cost(message)])),
            "",
        ),
        (message.delivered_at, _("Message delivered"), _by(message), ""),
        (message.failed_at, _("Message failed"), message.error, "wrong" if is_wrong else ""),
        (message.changed_at if is_called_off else None, _("Message called off"), message.error, ""),
        (message.objected_at, _("The recipient objected"), message.get_objection_display(), "wrong"),
    ]
    for at, what, detail, kind in steps:
        if at:
            yield Moment(at, what, detail, kind)


def _by(message: Message) -> str:
    """Return what carried it in the end, where a gateway had the choice."""
    return str(Medium(message.arrived_by).label) if message.arrived_by in Medium else ""


def _cost(message: Message) -> str:
    """Return what handing it over cost; nothing where it was for nothing."""
    if not message.cost:
        return ""
    amount = number_format(message.cost.normalize(), use_l10n=True)
    return _("it cost %(amount)s %(currency)s") % {"amount": amount, "currency": Organisation.current().currency}


def _attempts(message: Message) -> str:
    return _("Attempt %(number)d") % {"number": message.attempts} if message.attempts else ""
