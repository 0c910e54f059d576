"""Who somebody says they are who answered by an open link. Nobody needs to say it, and anybody may type anything.

It stands with the answer, for staff to call or to write. The answer becomes that of a contact only where the mailbox is
known here and its owner confirms it; a number alone joins nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import tokens
from accounts.access.limits import HOUR, Limit
from accounts.customerlanguages import spoken
from accounts.media import Medium
from accounts.plaintext import clean
from crm import consents, merges, parsers
from crm.consents import Word
from crm.reachability import Said, Use
from delivery import services as delivery
from responses import latest_scores
from responses.models import Introduction, Response
from responses.open_links import confirmation, mailboxes

NO_EMAIL = gettext_lazy("Write an e-mail address, such as name@shop.example.")
NO_PHONE = gettext_lazy("Write a phone number with its country code, such as +370 600 00000.")
TOO_LONG = gettext_lazy("This is too long.")
# So many letters that ask to confirm go to one mailbox in a day, whoever types it.
LETTERS, DAY = 2, 24 * HOUR
ORIGIN = "Page of an open link, mailbox confirmed"


@dataclass(frozen=True, slots=True)
class SaidOfOneself:
    """What somebody wrote, parsed and normalised; all empty where they take it back."""

    name: str = ""
    email: str = ""
    phone: str = ""

    def __bool__(self) -> bool:
        return bool(self.email or self.phone)


class IntroductionForm(forms.Form):
    """A name, and how to reach whoever has it. Everything left empty takes back what was said before."""

    name = forms.CharField(required=False, max_length=200, error_messages={"max_length": TOO_LONG})
    email = forms.CharField(required=False, max_length=254, error_messages={"max_length": TOO_LONG})
    phone = forms.CharField(required=False, max_length=50, error_messages={"max_length": TOO_LONG})
    agreed = forms.BooleanField(required=False)

    def clean_name(self) -> str:
        return clean(self.cleaned_data["name"], limit=200)

    def clean_email(self) -> str:
        try:
            return parsers.email(self.cleaned_data["email"])
        except ValueError as error:
            raise forms.ValidationError(NO_EMAIL) from error

    def clean_phone(self) -> str:
        written = self.cleaned_data["phone"]
        try:
            return parsers.phone(written) if written else ""
        except ValueError as error:
            raise forms.ValidationError(NO_PHONE) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and cleaned["name"] and not (cleaned["email"] or cleaned["phone"]):
            self.add_error("email", _("Write an e-mail address or a phone number, so that we can reach you."))
        if not self.errors and (cleaned["email"] or cleaned["phone"]) and not cleaned["agreed"]:
            self.add_error("agreed", _("Without this we may not call you or write to you."))
        return cleaned

    @property
    def details(self) -> SaidOfOneself:
        """What a valid form says."""
        said = self.cleaned_data
        return SaidOfOneself(said["name"], said["email"], said["phone"])


def sentence(brand: str, language: str) -> str:
    """Return what somebody agrees to, in the words that are kept as proof."""
    with spoken.speaking(language):
        return _("%(brand)s may call me or write to me about this answer.") % {"brand": brand}


def of(response: Response) -> Introduction | None:
    return Introduction.objects.filter(response=response).first()


def initial(kept: Introduction | None) -> dict[str, str]:
    return {"name": kept.name, "email": kept.email, "phone": kept.phone} if kept else {}


@transaction.atomic
def keep(response: Response, said: SaidOfOneself, *, language: str, now: datetime) -> Introduction | None:
    """Keep who somebody says they are, and ask a mailbox that we know to confirm it; said twice it is one letter.

    Nothing said takes back what was said before, until it was confirmed: then the answer stays that of its contact.
    None where there is nothing to keep. The page shows the same whether the mailbox is known or not.
    """
    answer = Response.objects.select_for_update(no_key=True).get(pk=response.pk)
    known = of(response)
    if (known and known.confirmed_at) or answer.contact_id:
        return known
    if not said:
        Introduction.objects.filter(response=response).delete()
        return None
    changes: dict[str, Any] = {"name": said.name, "email": said.email, "phone": said.phone}
    if known and all(getattr(known, field) == value for field, value in changes.items()):
        return known
    changes |= {"agreed_to": sentence(response.survey.brand.name, language)[:300], "agreed_at": now}
    if known and known.email != said.email:
        # A letter that went to another mailbox confirms nothing of this one.
        known.delete()
    kept, _made = Introduction.objects.update_or_create(response=response, defaults=changes)
    if kept.email and kept.asked_at is None:
        _ask_to_confirm(kept, now)
    return kept


def _ask_to_confirm(introduction: Introduction, now: datetime) -> None:
    """Write to the mailbox where it is known and wants to be written to; to anybody else nothing is sent."""
    contact = mailboxes.known_contact(introduction.email)
    if contact is None or not mailboxes.may_be_asked(contact, introduction.email):
        return
    if not Limit(f"open link letters to {introduction.email}", LETTERS, DAY).take():
        return
    introduction.asked_at = now
    introduction.token_hash = tokens.digest(introduction.token)
    introduction.save(update_fields=["asked_at", "token_hash"])
    delivery.queue([confirmation.draft(introduction)])


@transaction.atomic
def confirm(introduction: Introduction, *, now: datetime) -> bool:
    """Let the answer be that of the contact whose mailbox it is; return False when it was, or nobody has it any more.

    What they agreed to is kept in the history of their consents; of text messages only where the number is theirs.
    """
    merges.hold_still()
    # The answer before what stands with it, as keep() does: none of the two waits for the other.
    answer = Response.objects.select_for_update(no_key=True).get(pk=introduction.response_id)
    row = Introduction.objects.select_for_update().filter(pk=introduction.pk).first()
    contact = mailboxes.known_contact(row.email) if row else None
    if row is None or contact is None or row.confirmed_at is not None or row.has_expired(now):
        return False
    row.confirmed_at = now
    row.save(update_fields=["confirmed_at"])
    answer.contact, answer.company = contact, contact.company
    answer.save(update_fields=["contact", "company"])
    has_number = row.phone and contact.addresses.filter(medium=Medium.SMS, value=row.phone).exists()
    media = [Medium.EMAIL, *([Medium.SMS] if has_number else [])]
    words = [Word(contact.pk, medium, Use.ANSWERS, Said.GIVEN, row.agreed_at, row.agreed_to) for medium in media]
    consents.take_over(words, origin=ORIGIN)
    latest_scores.keep([contact.pk])
    return True


def forget_old(*, now: datetime) -> int:
    """Delete what was left long ago and return how much that was; whose answer it is stays where it was confirmed."""
    forgotten, _by_model = Introduction.objects.forgotten(now).delete()
    return forgotten
