"""Calls in hand: each is claimed by one person for a while, and what came of it is kept."""

from datetime import datetime

from django.db import transaction

from accounts.media import Mode
from accounts.models import User
from crm import address_health
from crm.address_health import Bounce
from crm.models import Contact, ContactAddress
from followups.models import CallTry, CustomerCall
from responses import staff_entry
from surveys.judging import by_hand
from surveys.models import Invitation, SurveyVersion

Outcome = CallTry.Outcome


class Taken(Exception):
    """Somebody else has this call, or it has come to an end."""


@transaction.atomic
def claim(invitation: Invitation, *, by: User, now: datetime) -> CustomerCall:
    """Take a call for LEASE; taking it again prolongs it, and one that was left lies open to others after that.
    No customer is called by two at once, whatever about.

    Whoever takes one lays down the one they had. Raises Taken.
    """
    Contact.objects.select_for_update(no_key=True).get(pk=invitation.contact_id)
    CustomerCall.objects.get_or_create(invitation=invitation, defaults={"contact_id": invitation.contact_id})
    call = CustomerCall.objects.select_for_update(of=("self",)).get(invitation=invitation)
    others = CustomerCall.objects.filter(contact=call.contact_id, ended_at=None).exclude(pk=call.pk)
    if call.ended_at is not None or any(each.is_of_other(by, now) for each in (call, *others)):
        raise Taken(call.pk)
    lay_down(by=by)
    call.claimed_by, call.claimed_until = by, now + CustomerCall.LEASE
    call.save(update_fields=["claimed_by", "claimed_until"])
    return call


def lay_down(*, by: User) -> None:
    """Let others have what a person has taken."""
    CustomerCall.objects.filter(claimed_by=by).update(claimed_by=None, claimed_until=None)


def finish(contact: Contact, *, by: User, now: datetime) -> bool:
    """End the call to a customer who was asked; return whether this person had one at hand."""
    return bool(CustomerCall.objects.filter(contact=contact, claimed_by=by).update(ended_at=now, claimed_by=None))


@transaction.atomic
def note(
    call: CustomerCall, outcome: str, *, by: User, now: datetime, again_at: datetime | None = None, never: bool = False
) -> CallTry:
    """Keep what came of a try and lay the call down. Raises Taken where it is not in this person's hands.

    Without a reply it comes again later, at most MOST_TRIES times. `never`: the customer wants to hear no more of us.
    """
    call = CustomerCall.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if call.ended_at is not None or call.claimed_by_id != by.pk:
        raise Taken(call.pk)
    call.claimed_by = call.claimed_until = None
    if outcome == Outcome.MISSED:
        call.tries += 1
        call.again_at = now + CustomerCall.AGAIN_AFTER
    elif outcome == Outcome.LATER:
        call.again_at = again_at
    if outcome in (Outcome.REFUSED, Outcome.WRONG) or call.tries >= CustomerCall.MOST_TRIES:
        call.ended_at, call.again_at = now, None
    call.save()
    if outcome == Outcome.WRONG:
        _give_number_up(call, now)
    elif outcome == Outcome.REFUSED:
        _decline(call, by=by, never=never, now=now)
    return CallTry.objects.create(
        contact_id=call.contact_id, call=call, by=by, at=now, outcome=outcome, again_at=call.again_at
    )


def _give_number_up(call: CustomerCall, now: datetime) -> None:
    carried = ContactAddress.objects.filter(contact=call.contact_id, value=call.contact.phone)
    bounces = [Bounce((address.medium, address.value), now, is_hard=True) for address in carried]
    address_health.charge_bounces(bounces, hard=1, soft=1, now=now)


def _decline(call: CustomerCall, *, by: User, never: bool, now: datetime) -> None:
    invitation = call.invitation
    version = SurveyVersion.objects.latest_of(invitation.survey_id) or invitation.version
    ask = by_hand.draft(call.contact, invitation.survey, version, now=now, about=invitation.touchpoint)
    staff_entry.decline(ask, mode=Mode.TELEPHONE, by=by, never_again=never, now=now)
