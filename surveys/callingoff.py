"""What must not be sent any more, though it was right to queue it."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_noop

from accounts import clock
from delivery.models import Message
from surveys.models import Invitation

OPTED_OUT = gettext_noop("The customer does not want to be contacted.")
ANSWERED = gettext_noop("The customer has answered already.")
EXPIRED = gettext_noop("The link expired before this could be sent.")
WITHDRAWN = gettext_noop("The invitation was withdrawn.")

Status = Invitation.Status
ASKS = (Message.Purpose.INVITE, Message.Purpose.REMINDER)


def reasons(messages: Sequence[Message]) -> Mapping[int, str]:
    """Return why some of these messages are called off, by primary key: they may have waited for days."""
    facts = Invitation.objects.filter(pk__in={message.context["invitation"] for message in messages})
    known = {row[0]: row[1:] for row in facts.values_list("pk", "status", "expires_at", "contact__do_not_contact_at")}
    now = clock.now()
    found = {}
    for message in messages:
        status, expires_at, opted_out = known.get(message.context["invitation"], (Status.SUPPRESSED, None, None))
        if opted_out:
            found[message.pk] = OPTED_OUT
        elif message.purpose in ASKS and (
            reason := _asks_in_vain(status, expires_at is not None and expires_at <= now)
        ):
            found[message.pk] = reason
    return found


def _asks_in_vain(status: str, has_expired: bool) -> str:
    if status == Status.ANSWERED:
        return ANSWERED
    if status == Status.SUPPRESSED:
        return WITHDRAWN
    return EXPIRED if has_expired or status == Status.EXPIRED else ""
