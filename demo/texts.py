"""Text messages where nothing real is sent: a stand-in of this machine takes them and shows what it took."""

from datetime import time, timedelta
from decimal import Decimal

from accounts import clock
from accounts.models import User
from crm.models import Contact, Touchpoint
from delivery.models import TextGateway
from demo.data.plan import CEO, SURVEY
from surveys.judging.by_hand import NotAsked, ask_anyway
from surveys.models import Invitation, Survey, Trigger
from surveys.services import plan_invitations

NAME = "Caught texts"
# As the stand-in knows itself (tests/fakes/twilio).
ACCOUNT, TOKEN, SENDER = "AC" + "0" * 32, "twilio-auth-token", "+15005550006"
PRICE = Decimal("0.0350")
# A stand-in forgets its texts when it ends, so that so many customers are asked at each start.
ASKED = 3
AFTER = timedelta(days=1)


def point_at(url: str) -> TextGateway:
    """Let texts go to the stand-in that listens at `url`, wherever it listened before."""
    known = {
        "provider": TextGateway.Provider.TWILIO,
        "account": ACCOUNT,
        "secret": TOKEN,
        "sender": SENDER,
        "takes_replies": True,
        "settings": {"base": url},
    }
    gateway, _is_new = TextGateway.objects.update_or_create(
        name=NAME, defaults=known, create_defaults=known | {"price": PRICE}
    )
    return gateway


def ask_some(count: int = ASKED) -> list[Invitation]:
    """Ask customers who have a phone and no mail, and were not asked so before, what a delivery was like."""
    survey, head = Survey.objects.get(name=SURVEY), User.objects.get(name=CEO)
    trigger = _trigger(survey)
    asked: list[Invitation] = []
    reachable = Contact.objects.filter(email="", do_not_contact_at=None, touchpoints__isnull=False).exclude(phone="")
    for contact in reachable.exclude(touchpoints__kind=trigger.touchpoint_kind).distinct().order_by("pk"):
        if len(asked) == count:
            break
        _deliver(contact)
        plan_invitations()
        try:
            asked.append(ask_anyway(contact=contact, survey=survey, by=head, reason="The demo shows texts at once."))
        except NotAsked:
            continue
    return asked


def _trigger(survey: Survey) -> Trigger:
    known = {"survey": survey, "touchpoint_kind": Touchpoint.Kind.ORDER_DELIVERED, "delay": AFTER, "media": ["sms"]}
    hours = {"window_start": time(9), "window_end": time(20), "is_active": True}
    since = {"asks_since": clock.now() - 2 * AFTER}
    trigger, _is_new = Trigger.objects.get_or_create(
        name="The day after a delivery, by text", defaults=known | hours | since
    )
    return trigger


def _deliver(contact: Contact) -> None:
    """Let what a customer bought last have been delivered yesterday."""
    touchpoint = contact.touchpoints.order_by("-occurred_at", "-pk")[0]
    touchpoint.pk, touchpoint.kind = None, Touchpoint.Kind.ORDER_DELIVERED
    touchpoint.external_id = f"delivery-{contact.pk}"
    touchpoint.occurred_at = clock.now() - AFTER - timedelta(minutes=5)
    touchpoint.save()
