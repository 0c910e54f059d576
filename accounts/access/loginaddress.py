"""Changing the address by which a person logs in, by themselves.

The password is asked for by the form. The new mailbox must confirm, so that nobody claims one that is not theirs; the
old one hears of it at once and may object, before and for a week after, so that a stolen session takes no account.
"""

from datetime import datetime

from django.db import transaction

from accounts import letters, securitylog, tokens
from accounts.access import sessions
from accounts.models import AddressChange, User
from accounts.securitylog import Kind


def of_link(token: str, purpose: str) -> AddressChange | None:
    """Return the change whose link carries `token`, None for any other; `purpose`: letters.CONFIRM or OBJECT."""
    change_id = tokens.stamped(purpose, token, within=AddressChange.TO_OBJECT + AddressChange.TO_CONFIRM)
    return AddressChange.objects.select_related("person").filter(pk=change_id or 0).first()


@transaction.atomic
def ask(person: User, new: str, *, now: datetime) -> AddressChange:
    """Note that `person` wants to log in by `new` and write to both mailboxes; an earlier open wish is forgotten."""
    person.address_changes.filter(confirmed_at=None, objected_at=None).delete()
    change = AddressChange.objects.create(person=person, old=person.email or "", new=new, asked_at=now)
    letters.want("address_confirm", person, to=new, change=change.pk, old=change.old, new=new)
    letters.want("address_asked", person, to=change.old, change=change.pk, old=change.old, new=new)
    securitylog.note(Kind.ADDRESS_ASKED, about=person, email=[change.old, new])
    return change


@transaction.atomic
def confirm(change: AddressChange, *, now: datetime) -> bool:
    """Let the person log in by the new address, and no longer by the old one; return False when it is too late.

    Their other sessions end.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=change.person_id)
    change.refresh_from_db()
    if not change.may_be_confirmed(now) or User.objects.filter(email=change.new).exists():
        return False
    change.confirmed_at = now
    change.save(update_fields=["confirmed_at"])
    person.email = change.new
    person.save(update_fields=["email"])
    sessions.end_others(person)
    letters.want("address_changed", person, to=change.old, change=change.pk, old=change.old, new=change.new)
    return True


@transaction.atomic
def object_to(change: AddressChange, *, now: datetime) -> bool:
    """Call a wish off, or take a change back: the old address counts again, all sessions and the password end.

    Return False when there is nothing to object to any more.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=change.person_id)
    change.refresh_from_db()
    if not change.may_be_objected_to(now):
        return False
    was_done = change.confirmed_at is not None
    change.objected_at = now
    change.save(update_fields=["objected_at"])
    securitylog.note(Kind.ADDRESS_OBJECTED, about=person, email=[change.new, change.old])
    if was_done:
        person.email = change.old
        person.set_unusable_password()
        person.save(update_fields=["email", "password"])
        sessions.end_all(person)
    return True
