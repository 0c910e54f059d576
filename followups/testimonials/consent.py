"""May we quote you? A customer's yes, with what proves it, and their no at any later time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.customerlanguages import spoken
from crm.models import Contact
from delivery.models import Message
from followups.models import Testimonial
from followups.testimonials import confirmation
from responses.models import Response

NameShown = Testimonial.NameShown


class NothingToQuote(Exception):
    """There is no answer of a person with words of its own."""


@dataclass(frozen=True, slots=True)
class QuoteWish:
    """What a customer chose: how to be named, and whether the company is. `seen`: what shows that it is a person.

    `shown_at`: when they were shown the question, None where that is not known.
    """

    name_shown: str
    shows_company: bool
    language: str
    seen: dict[str, Any]
    shown_at: datetime | None = None


def sentence(name_shown: str, *, shows_company: bool, brand: str, language: str) -> str:
    """Return what a customer agrees to, in the words that are kept as proof."""
    with spoken.speaking(language):
        ways = {
            NameShown.FULL: _("with my name"),
            NameShown.INITIALS: _("with my initials"),
            NameShown.NONE: _("without my name"),
        }
        said = _("%(brand)s may publish my words, whole or shortened, %(way)s and %(company)s.") % {
            "brand": brand,
            "way": ways[NameShown(name_shown)],
            "company": _("that of my company") if shows_company else _("without that of my company"),
        }
        return said + " " + _("I can take this back at any time.")


@transaction.atomic
def give(response_id: int, wish: QuoteWish, *, now: datetime) -> Testimonial:
    """Keep a customer's yes to the words that stand now, and write to them how to take it back.

    Saying it again the same changes nothing; another choice, or other words, wait for a decision of staff anew. Raises
    NothingToQuote. A yes to a question that was shown before the last no is that question sent again, such as by going
    back in the browser, and changes nothing.
    """
    response = _answer(response_id)
    contact = response.contact.survivor if response.contact else None
    if contact is None or response.is_provisional or not response.comment.strip():
        raise NothingToQuote
    shown = {
        "name_shown": wish.name_shown,
        "name": shown_name(contact, wish.name_shown),
        "company": contact.company.name if wish.shows_company and contact.company else "",
        "text": response.comment,
        "language": response.language,
    }
    known = Testimonial.objects.filter(response=response).first()
    if known and (_says_the_same(known, shown) or _is_older(wish, known)):
        return known
    brand = response.survey.brand
    said = sentence(wish.name_shown, shows_company=wish.shows_company, brand=brand.name, language=wish.language)
    proof = {"at": now.isoformat(), "said": "yes", "sentence": said, **wish.seen}
    told, _made = Testimonial.objects.update_or_create(
        response=response,
        defaults={
            **shown,
            "contact": contact,
            "brand": brand,
            "evidence": [*(known.evidence if known else []), proof][-Testimonial.KEPT :],
            "given_at": now,
            "withdrawn_at": None,
            "state": Testimonial.State.WAITING,
            "shortened": "",
            "decided_by": None,
            "decided_at": None,
        },
    )
    Message.objects.bulk_create(confirmation.messages_for(told), ignore_conflicts=True)
    return told


def _says_the_same(known: Testimonial, shown: Mapping[str, str]) -> bool:
    return known.withdrawn_at is None and all(getattr(known, name) == value for name, value in shown.items())


def _is_older(wish: QuoteWish, known: Testimonial) -> bool:
    return bool(wish.shown_at and known.withdrawn_at and wish.shown_at < known.withdrawn_at)


@transaction.atomic
def withdraw(response_id: int, *, seen: dict[str, Any], now: datetime) -> bool:
    """Take a customer's yes back, at once and everywhere; return False where there is none."""
    _answer(response_id)
    told = Testimonial.objects.filter(response=response_id).first()
    return told is not None and told.withdraw(at=now, evidence={"at": now.isoformat(), "said": "no", **seen})


def shown_name(contact: Contact, name_shown: str) -> str:
    """Return what is shown of a contact's name: all of it, its initials such as “O. P.”, or nothing."""
    if name_shown == NameShown.FULL:
        return contact.name
    parts = contact.name.split() if name_shown == NameShown.INITIALS else []
    return " ".join(f"{part[0].upper()}." for part in parts[:3])


def _answer(response_id: int) -> Response:
    """Return the answer, locked: a yes and a no at one moment come one after the other."""
    found = Response.objects.select_for_update(of=("self",)).select_related("contact__company", "survey__brand")
    return found.get(pk=response_id)
