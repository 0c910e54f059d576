"""Giving a customer something: one record with its code, in the transaction of the deed."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction

from accounts import clock
from accounts.models import User
from crm import money
from crm.models import Contact
from followups.compensations import codes
from followups.models import Activity, CodePool, Compensation, Followup


@dataclass(frozen=True)
class Gift:
    """What is to be given: so much, or the next code of a `pool`, whose kind and amount then hold."""

    kind: str = ""
    amount: Decimal | None = None
    currency: str = ""
    pool: CodePool | None = None
    note: str = ""

    @property
    def said(self) -> dict[str, Any]:
        """The columns that say what it is."""
        source = self.pool or self
        currency = source.currency if source.amount is not None else ""
        return {"kind": source.kind, "amount": source.amount, "currency": currency}


class TooMuch(Exception):
    """This person may not give so much; somebody who leads may."""


@transaction.atomic
def give(*, followup: Followup, gift: Gift, key: UUID, by: User) -> Compensation:
    """Give something for an open follow-up, note it there, and return the record; the same `key` gives once for it.

    Raises FollowupIsClosed, TooMuch, and NoCodeLeft where the pool has none.
    """
    followup.lock_row()
    # Of each follow-up by itself: a form that was meant for another one collides with nothing.
    key = uuid5(key, f"{followup.pk}")
    if given := Compensation.objects.filter(key=key).first():
        return given
    followup.refuse_when_closed()
    contact = followup.contact
    made = _given(gift, key=key, by=by, followup=followup, contact=contact.survivor if contact else None)
    followup.record(Activity.Kind.GIVEN, by=by, text=gift.note, change=made.change)
    return made


@transaction.atomic
def offer(*, contact: Contact, gift: Gift, key: UUID, by: User | None = None) -> Compensation:
    """Give a customer something without a follow-up, and return the record; the same `key` gives once.

    Raises NoCodeLeft. Nobody is held to a limit: whoever set the offer up decided on it.
    """
    # Two who make the same offer to the same customer follow each other.
    contact = Contact.objects.select_for_update(of=("self",), no_key=True).get(pk=contact.pk)
    given = Compensation.objects.filter(key=key).first()
    return given or _given(gift, key=key, by=by, contact=contact.survivor)


def _given(gift: Gift, *, key: UUID, by: User | None, contact: Contact | None, **of: Any) -> Compensation:
    said, now = gift.said, clock.now()
    amount = said["amount"]
    worth = money.worth(amount, said["currency"], at=now) if amount is not None else None
    if by is not None:
        refuse_too_much(amount, worth, by=by)
    code = codes.claim(gift.pool) if gift.pool else None
    return Compensation.objects.create(
        key=key, contact=contact, code=code, amount_base=worth, given_by=by, given_at=now, **said, **of
    )


def refuse_too_much(amount: Decimal | None, worth: Decimal | None, *, by: User) -> None:
    """Raise TooMuch where `by` leads nobody and the amount exceeds the limit, or nobody knows its `worth`."""
    most = settings.COMPENSATION_WITHOUT_LEAD
    if not most or amount is None or by.is_manager:
        return
    if worth is None or worth > most:
        raise TooMuch(most)
