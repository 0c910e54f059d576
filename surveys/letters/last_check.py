"""What must not be sent any more, though it was right to queue it."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from django.db.models import Max
from django.utils.translation import gettext_noop

from accounts import clock, company_clock
from accounts.company_clock import ClosedDays
from accounts.timezones import zone
from crm import reach
from crm.reachability import Person, Purpose, Rules, may_write
from delivery.composers import Unsendable, Untimely
from delivery.models import Message
from surveys.media_hours import MediaHours
from surveys.models import AskingPolicy, Invitation, InvitationMessage, ManualAsk
from surveys.sendwindow import NeverOpens, first_moment

OPTED_OUT = gettext_noop("The customer does not want to be contacted.")
ANSWERED = gettext_noop("The customer has answered already.")
EXPIRED = gettext_noop("The link expired before this could be sent.")
UNREACHABLE = gettext_noop("The address cannot be reached any more.")
WITHDRAWN = gettext_noop("The invitation was withdrawn.")
MERGED = gettext_noop("The record was merged into another one.")
UNDONE = gettext_noop("The deal was reopened, lost or cancelled.")
OVERTAKEN = gettext_noop("The next medium asks instead.")

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


def stopped(messages: Sequence[Message]) -> Mapping[int, Unsendable | Untimely]:
    """Return, by primary key, which of these messages are called off, and which have to wait for the hours of their
    medium: they may have been on their way for days."""
    invitations = _invitations({message.context["invitation"] for message in messages})
    rules = AskingPolicy.current().reach
    contacts = [i.contact for i in invitations.values()]
    people = reach.people({c.pk: c for known in contacts for c in (known, known.survivor)}.values(), rules)
    found: dict[int, Unsendable | Untimely] = {}
    for pk, reason in (_overtaken(messages) | _called_off(messages, invitations, people, rules)).items():
        found[pk] = Unsendable(reason, called_off=True)
    going = [message for message in messages if message.pk not in found and message.purpose in ASKS]
    return found | _untimely(going, invitations, people)


def _overtaken(messages: Sequence[Message]) -> dict[int, str]:
    """Return the asks that go once more, while a later message of the same ask stands: a text that failed and was
    followed by a letter."""
    # What is claimed for the first time was queued just now.
    repeated = [message for message in messages if message.purpose in ASKS and message.claim > 1]
    if not repeated:
        return {}
    asks = {message.context["invitation"] for message in repeated}
    sent = InvitationMessage.objects.filter(invitation__in=asks, message__purpose__in=ASKS)
    standing = sent.exclude(message__status__in=Message.NOT_ARRIVED)
    newest = dict(standing.values_list("invitation").annotate(Max("message")))
    return {m.pk: OVERTAKEN for m in repeated if newest.get(m.context["invitation"], m.pk) > m.pk}


def _untimely(
    messages: Sequence[Message], invitations: Mapping[int, Invitation], people: Mapping[int, Person]
) -> dict[int, Untimely]:
    """Return the asks that would leave outside the hours of their medium.

    One that a person let out at another hour knowingly leaves at once.
    """
    hours = MediaHours.fetch() if messages else MediaHours({})
    if not {message.medium for message in messages} & hours.media:
        return {}
    now, closed_days, of_company = clock.now(), ClosedDays.fetch(), company_clock.zone().key
    found, let_out_late = {}, {}
    for message in messages:
        invitation = invitations[message.context["invitation"]]
        contact, company = invitation.contact, invitation.company
        window = hours.of(message.medium, people[contact.pk].country)
        if window is None:
            continue
        place = zone(contact.timezone, company.timezone if company else "", of_company)
        holidays = closed_days.of(contact.region or (company.region if company else ""))
        with suppress(NeverOpens):
            opens_at = first_moment(now, window, place, holidays)
            if opens_at > now:
                found[message.pk] = Untimely(opens_at)
                if first_moment(message.created_at, window, place, holidays) > message.created_at:
                    let_out_late[message.pk] = invitation.pk
    by_hand = ManualAsk.objects.filter(invitation__in=list(let_out_late.values()))
    knowingly = set(by_hand.values_list("invitation", flat=True))
    return {pk: untimely for pk, untimely in found.items() if let_out_late.get(pk) not in knowingly}


def _called_off(
    messages: Sequence[Message],
    invitations: Mapping[int, Invitation],
    people: Mapping[int, Person],
    rules: Rules,
) -> dict[int, str]:
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
    return Invitation.objects.select_related("contact", "touchpoint", "company").in_bulk(ids)


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
