"""What must not be sent any more, though it was right to queue it."""

from collections.abc import Collection, Mapping, Sequence

from django.utils.translation import gettext_noop

from accounts import clock
from crm import reach
from crm.reachability import Purpose, may_write
from delivery.models import Message
from surveys.models import AskingPolicy, Invitation

OPTED_OUT = gettext_noop("The customer does not want to be contacted.")
ANSWERED = gettext_noop("The customer has answered already.")
EXPIRED = gettext_noop("The link expired before this could be sent.")
UNREACHABLE = gettext_noop("The address cannot be reached any more.")
WITHDRAWN = gettext_noop("The invitation was withdrawn.")
MERGED = gettext_noop("The record was merged into another one.")
UNDONE = gettext_noop("The deal was reopened, lost or cancelled.")

# The reason that an invitation ends with when its letter was called off so; an answer ends it in its own way.
CODES = {OPTED_OUT: "do_not_contact", EXPIRED: "expired", UNREACHABLE: "bounced", MERGED: "merged", UNDONE: "cancelled"}

Status = Invitation.Status
PURPOSES = {
    Message.Purpose.INVITE: Purpose.ASK,
    Message.Purpose.REMINDER: Purpose.REMINDER,
    Message.Purpose.THANKS: Purpose.THANKS,
}
ASKS = (Message.Purpose.INVITE, Message.Purpose.REMINDER)
# What the person said, or did not say where the law wants to hear it; reasons that are not here are of an address.
TEXTS = dict.fromkeys(("do_not_contact", "objected", "refused", "no_consent"), OPTED_OUT) | {"merged": MERGED}


def reasons(messages: Sequence[Message]) -> Mapping[int, str]:
    """Return, by primary key, why some of these messages are called off; they may have waited for days."""
    invitations = _invitations({message.context["invitation"] for message in messages})
    rules = AskingPolicy.current().reach
    contacts = [i.contact for i in invitations.values()]
    people = reach.people({c.pk: c for known in contacts for c in (known, known.survivor)}.values(), rules)
    found = {}
    for message in messages:
        invitation = invitations.get(message.context["invitation"])
        if invitation is None:
            found[message.pk] = WITHDRAWN
            continue
        purpose = PURPOSES[Message.Purpose(message.purpose)]
        # Thanks for an answer go to the person, whichever record speaks for them by now; asks do not.
        contact = invitation.contact if message.purpose in ASKS else invitation.contact.survivor
        way = may_write(people[contact.pk], message.medium, purpose, rules, to=message.to_address)
        if not way:
            found[message.pk] = TEXTS.get(way.reason, UNREACHABLE)
        elif reason := _in_vain(message, invitation):
            found[message.pk] = reason
    return found


def _invitations(ids: Collection[int]) -> dict[int, Invitation]:
    return Invitation.objects.select_related("contact", "touchpoint").in_bulk(ids)


def _in_vain(message: Message, invitation: Invitation) -> str:
    """Return why an ask would be in vain; a thank-you, which follows an answer, never is."""
    if message.purpose not in ASKS:
        return ""
    if invitation.touchpoint and invitation.touchpoint.cancelled_at:
        return UNDONE
    if message.purpose == Message.Purpose.REMINDER and invitation.status == Status.FAILED:
        return UNREACHABLE
    if invitation.status == Status.ANSWERED:
        return ANSWERED
    if invitation.status == Status.SUPPRESSED:
        return WITHDRAWN
    has_expired = invitation.expires_at is not None and invitation.expires_at <= clock.now()
    return EXPIRED if has_expired or invitation.status == Status.EXPIRED else ""
