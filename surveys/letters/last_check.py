"""What must not be sent any more, though it was right to queue it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils.translation import gettext_noop

from accounts import clock
from crm.models import Consent
from delivery.models import Message
from surveys.models import Invitation

OPTED_OUT = gettext_noop("The customer does not want to be contacted.")
ANSWERED = gettext_noop("The customer has answered already.")
EXPIRED = gettext_noop("The link expired before this could be sent.")
UNREACHABLE = gettext_noop("The address cannot be reached any more.")
WITHDRAWN = gettext_noop("The invitation was withdrawn.")

Status = Invitation.Status
# Status, end of the link, opt-out, bounce, media objected to.
Known = tuple[str, datetime | None, datetime | None, datetime | None, list[str]]
UNKNOWN: Known = (Status.SUPPRESSED, None, None, None, [])
ASKS = (Message.Purpose.INVITE, Message.Purpose.REMINDER)


def reasons(messages: Sequence[Message]) -> Mapping[int, str]:
    """Return why some of these messages are called off, by primary key: they may have waited for days."""
    known = _known({message.context["invitation"] for message in messages})
    now = clock.now()
    found = {}
    for message in messages:
        status, expires_at, opted_out, bounced, objected = known.get(message.context["invitation"], UNKNOWN)
        if opted_out or message.medium in objected:
            found[message.pk] = OPTED_OUT
        elif message.purpose == Message.Purpose.REMINDER and (bounced or status == Status.FAILED):
            found[message.pk] = UNREACHABLE
        elif message.purpose in ASKS and (
            reason := _asks_in_vain(status, expires_at is not None and expires_at <= now)
        ):
            found[message.pk] = reason
    return found


def _known(invitation_ids: Collection[int]) -> dict[int, Known]:
    """Return what may stand against a letter now, by invitation, in one query."""
    objections = Consent.objects.filter(contact=OuterRef("contact"), status=Consent.Status.OBJECTED)
    facts = Invitation.objects.filter(pk__in=invitation_ids).values_list(
        "pk", "status", "expires_at", "contact__do_not_contact_at", "contact__email_bounced_at",
        ArraySubquery(objections.values("medium")),
    )  # fmt: skip
    return {row[0]: row[1:] for row in facts}


def _asks_in_vain(status: str, has_expired: bool) -> str:
    if status == Status.ANSWERED:
        return ANSWERED
    if status == Status.SUPPRESSED:
        return WITHDRAWN
    return EXPIRED if has_expired or status == Status.EXPIRED else ""
