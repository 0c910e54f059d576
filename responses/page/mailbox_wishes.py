"""A customer's own word, by the link in each letter, that they want no more of them."""

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import clock
from crm.models import Contact
from surveys.models import Invitation

UNSUBSCRIBED = Contact.OptOut.UNSUBSCRIBED


@transaction.atomic
def unsubscribe(invitation: Invitation) -> bool:
    """Never ask this customer again; return False when that was already so.

    Others with the same address are opted out too: it is one mailbox that said no.
    """
    now = clock.now()
    changed = [contact.opt_out(reason=UNSUBSCRIBED, at=now) for contact in _of_mailbox(invitation)]
    return any(changed)


@transaction.atomic
def resume(invitation: Invitation) -> bool:
    """Take an unsubscription back; return False when there was none. Other reasons not to ask are not touched."""
    unsubscribed = [contact for contact in _of_mailbox(invitation) if contact.do_not_contact_reason == UNSUBSCRIBED]
    for contact in unsubscribed:
        contact.opt_in()
    return bool(unsubscribed)


def _of_mailbox(invitation: Invitation) -> QuerySet[Contact]:
    contact = invitation.contact
    same = Q(pk=contact.pk) | Q(email__iexact=contact.email) if contact.email else Q(pk=contact.pk)
    return Contact.objects.select_for_update().filter(same).order_by("pk")
