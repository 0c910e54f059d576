"""What happened to customers yesterday: each medium that is caught has a kind of it, about which some are asked."""

from collections.abc import Iterator
from datetime import time, timedelta

from accounts import clock
from accounts.media import Medium
from accounts.models import User
from crm.models import Contact, Touchpoint
from crm.models.contact import ContactQuerySet
from demo.data.plan import CEO, SURVEY
from surveys.judging.by_hand import NotAsked, ask_anyway
from surveys.models import Invitation, Survey, Trigger
from surveys.services import plan_invitations

# A stand-in forgets its messages when it ends, so that so many customers are asked at each start.
ASKED = 3
AFTER = timedelta(days=1)
KINDS = {
    Medium.SMS: Touchpoint.Kind.ORDER_DELIVERED,
    Medium.TELEGRAM: Touchpoint.Kind.CONSULTATION,
    Medium.WHATSAPP: Touchpoint.Kind.MEETING,
}
NAMES = {
    Medium.SMS: "The day after a delivery, by text",
    Medium.TELEGRAM: "The day after a consultation, in Telegram",
    Medium.WHATSAPP: "The day after a meeting, by WhatsApp",
}


def customers(medium: Medium) -> ContactQuerySet:
    """Return who waits for no answer of theirs and was not asked so by this medium."""
    met = Contact.objects.filter(do_not_contact_at=None, touchpoints__isnull=False)
    open_asks = Invitation.objects.open().exclude(status=Invitation.Status.ANSWERED)
    fresh = met.exclude(touchpoints__kind=KINDS[medium]).exclude(invitations__in=open_asks)
    return fresh.distinct().order_by("pk")


def ask(contacts: Iterator[Contact], medium: Medium, count: int) -> list[Invitation]:
    """Ask so many of these, by this medium alone, what happened to them yesterday."""
    survey, head = Survey.objects.get(name=SURVEY), User.objects.get(name=CEO)
    _set_up(survey, medium)
    asked: list[Invitation] = []
    while len(asked) < count and (contact := next(contacts, None)):
        _happen(contact, KINDS[medium])
        plan_invitations()
        try:
            asked.append(ask_anyway(contact=contact, survey=survey, by=head, reason="The demo shows it at once."))
        except NotAsked:
            continue
    return asked


def _set_up(survey: Survey, medium: Medium) -> None:
    known = {"survey": survey, "touchpoint_kind": KINDS[medium], "delay": AFTER, "media": [medium.value]}
    hours = {"window_start": time(9), "window_end": time(20), "is_active": True}
    since = {"asks_since": clock.now() - 2 * AFTER}
    Trigger.objects.get_or_create(name=NAMES[medium], defaults=known | hours | since)


def _happen(contact: Contact, kind: str) -> None:
    """Let it have happened yesterday, about what the customer bought last."""
    touchpoint = contact.touchpoints.order_by("-occurred_at", "-pk")[0]
    touchpoint.pk, touchpoint.kind = None, kind
    touchpoint.external_id = f"{kind}-{contact.pk}"
    touchpoint.occurred_at = clock.now() - AFTER - timedelta(minutes=5)
    touchpoint.save()
