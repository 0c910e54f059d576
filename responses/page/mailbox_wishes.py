"""A customer says, by the link in a letter, that they want no more letters."""

from dataclasses import replace
from datetime import timedelta

from django.db import transaction

from accounts import clock
from accounts.addresses import normalised
from crm import suppressions
from crm.models import Contact
from crm.suppressions import No, Spelled
from surveys.models import Invitation, InvitationMessage

# A slip is noticed at once. Later a forwarded letter would let a stranger speak for the mailbox.
MAY_TAKE_BACK = timedelta(hours=24)


@transaction.atomic
def unsubscribe(invitation: Invitation) -> bool:
    """Never ask this customer again; return False when that was already so.

    It is the mailbox that says no: the one to which the letter with this link went, whoever carries it today.
    """
    no = No(Contact.OptOut.UNSUBSCRIBED, clock.now(), evidence=_cause(invitation), cause=_cause(invitation))
    mailboxes = _mailboxes(invitation)
    changed = suppressions.opt_out_addresses([replace(no, through=mailbox) for mailbox in mailboxes])
    changed |= suppressions.stop({invitation.contact_id: replace(no, through=next(iter(mailboxes), None))})
    return bool(changed)


def resume(invitation: Invitation) -> bool:
    """Take back what this very link unsubscribed a short while ago; return False when there is nothing of that kind.

    Whoever holds the link cannot undo what was said by another letter, to a member of staff, or to a mail provider.
    """
    return suppressions.take_back(
        _cause(invitation),
        contacts=_carriers(invitation, _mailboxes(invitation)),
        since=clock.now() - MAY_TAKE_BACK,
    )


def may_resume(invitation: Invitation) -> bool:
    return suppressions.can_take_back(_cause(invitation), since=clock.now() - MAY_TAKE_BACK)


def _cause(invitation: Invitation) -> str:
    return f"invitation {invitation.pk}"


def _carriers(invitation: Invitation, mailboxes: list[Spelled]) -> set[int]:
    """Return the contact that was asked and whoever carries the same mailbox now."""
    return {invitation.contact_id, *(contact for contact, _mailbox in suppressions.carriers_of(mailboxes))}


def _mailboxes(invitation: Invitation) -> list[Spelled]:
    """Return where letters with this link went, the latest first; by now the contact may have another address."""
    sent = InvitationMessage.objects.filter(invitation=invitation).order_by("-message")
    went_to = [
        (medium, normalised(medium, address))
        for medium, address in sent.values_list("message__medium", "message__to_address")
    ]
    today = invitation.contact.addresses.filter(medium=invitation.medium, is_preferred=True)
    return list(dict.fromkeys(went_to)) or list(today.values_list("medium", "value"))
