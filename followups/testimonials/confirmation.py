"""The letter that tells a customer as what they may be quoted, and how to take that back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import tokens
from accounts.customerlanguages import spoken
from accounts.media import Medium
from crm import reach
from crm.reachability import Person, Purpose, may_write
from delivery.composers import Composed, Unsendable, attempted, register
from delivery.media.email import mime
from delivery.media.email.letter import Letter, plain
from delivery.models import Message
from followups.models import Testimonial
from surveys.letters import last_check
from surveys.models import AskingPolicy

TEMPLATE = "followups.quoted"
WITHDRAWN = gettext_noop("The customer has taken it back.")
NAME_LENGTH = Message._meta.get_field("to_name").max_length


def messages_for(told: Testimonial) -> list[Message]:
    """Return the unsaved letter about a yes, none where the customer may not be written to; each yes has one."""
    contact, rules = told.contact, AskingPolicy.current().reach
    way = may_write(reach.people([contact], rules)[contact.pk], Medium.EMAIL, Purpose.THANKS, rules)
    if not way:
        return []
    return [
        Message(
            medium=Medium.EMAIL,
            purpose=Message.Purpose.THANKS,
            to_address=way.address,
            to_name=contact.name[:NAME_LENGTH],
            language=told.response.language,
            template=TEMPLATE,
            context={"testimonial": told.pk},
            idempotency_key=f"quoted-{told.pk}-{told.given_at.isoformat()}",
        )
    ]


def compose(messages: Sequence[Message]) -> Sequence[Composed]:
    """Return the letters as the yes stands now: one that was taken back meanwhile needs none."""
    found = Testimonial.objects.standing().select_related("contact", "brand", "response__invitation")
    told = found.in_bulk([message.context["testimonial"] for message in messages])
    rules = AskingPolicy.current().reach
    people = reach.people({one.contact.pk: one.contact for one in told.values()}.values(), rules)
    return [attempted(partial(_written, told=told, people=people), message) for message in messages]


def _written(message: Message, *, told: Mapping[int, Testimonial], people: Mapping[int, Person]) -> Letter:
    one = told.get(message.context["testimonial"])
    if one is None:
        raise Unsendable(WITHDRAWN, called_off=True)
    rules = AskingPolicy.current().reach
    if not may_write(people[one.contact.pk], message.medium, Purpose.THANKS, rules, to=message.to_address):
        raise Unsendable(last_check.OPTED_OUT, called_off=True)
    with spoken.speaking(message.language):
        subject, text = _words(one)
    headers = {"Reply-To": mime.address(one.brand.sender, one.brand.reply_to)} if one.brand.reply_to else {}
    return plain(message, subject=subject, text=text, from_name=one.brand.sender, headers=headers)


def _words(told: Testimonial) -> tuple[str, str]:
    brand = told.brand
    paragraphs = (
        _("Thank you: you agreed that %(brand)s may publish these words of yours, whole or shortened:")
        % {"brand": brand.name},
        f"“{told.text}”",
        _("Signed: %(signature)s") % {"signature": signature(told)},
        _("You can look at this and take it back at any time, without giving a reason:"),
        f"{brand.url}{reverse('quote', args=[_token(told)])}?language={told.response.language}",
        brand.name,
    )
    return _("You may be quoted by %(brand)s") % {"brand": brand.name}, "\n\n".join(paragraphs) + "\n"


def signature(told: Testimonial) -> str:
    """Return how a customer is named: “O. P., Baltic Foods”, or as a customer of the brand."""
    named = ", ".join(filter(None, (told.name, told.company)))
    return named or _("A customer of %(brand)s") % {"brand": told.brand.name}


def _token(told: Testimonial) -> str:
    invitation = told.response.invitation
    if invitation is None or invitation.token_hash is None:
        raise Unsendable(WITHDRAWN, called_off=True)
    return tokens.derive_again("invitation", invitation.pk, bytes(invitation.token_hash))


register(TEMPLATE, Medium.EMAIL, compose)
