"""“You said, we did”: the letter to a customer who asked for what is done by now, in the look of the brand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import addresses, company_clock, dates
from accounts.customerlanguages import spoken
from accounts.models import Brand
from accounts.vocatives import vocative
from crm import reach
from crm.models import Contact
from crm.reachability import Person, Purpose, may_write
from delivery.composers import Composed, Unsendable, attempted, register
from delivery.media.email.letter import Letter
from delivery.models import Message
from followups.improvements.audience import MEDIUM, Complainant
from followups.models import Improvement
from responses.models import Response
from surveys.letters import branded, last_check
from surveys.models import AskingPolicy

TEMPLATE = "followups.improvement"
NOT_DONE = gettext_noop("The improvement is not done after all.")
GONE = gettext_noop("The answer that it speaks of is not there any more.")
NAME_LENGTH = Message._meta.get_field("to_name").max_length
PREHEADER_LENGTH = 120
# What stands in the key of a letter between that of the first one to its mailbox and the number of the one before it.
AFTER = "-after-"


def draft(improvement: Improvement, customer: Complainant, earlier: Mapping[str, Message]) -> Message:
    """Return the unsaved letter; one mailbox gets one letter about an improvement, however many records carry it.

    `earlier`: the letters of `earlier_ones`. After one that did not arrive another may be written to its mailbox.
    """
    contact, response = customer.contact, customer.response
    digest = addresses.short(addresses.digests(MEDIUM, customer.address)[0])
    return Message(
        medium=MEDIUM,
        purpose=Message.Purpose.CLOSING,
        to_address=customer.address,
        to_name=contact.name[:NAME_LENGTH],
        language=response.language,
        template=TEMPLATE,
        context=_context(improvement, customer),
        idempotency_key=_key(f"improvement-{improvement.pk}-{digest}", earlier),
    )


def earlier_ones(improvement: Improvement) -> dict[str, Message]:
    """Return the latest letter about an improvement to each mailbox, by the key of the first."""
    written = improvement.letters.filter(message__isnull=False).values("message")
    return {
        message.idempotency_key.partition(AFTER)[0]: message
        for message in Message.objects.filter(pk__in=written).only("idempotency_key", "status").order_by("pk")
    }


def _key(first: str, earlier: Mapping[str, Message]) -> str:
    latest = earlier.get(first)
    if latest is None:
        return first
    return f"{first}{AFTER}{latest.pk}" if latest.status in Message.NOT_ARRIVED else latest.idempotency_key


def preview(improvement: Improvement, customer: Complainant) -> str:
    """Return what a customer would read, with its subject in the first line."""
    words = _words(_context(improvement, customer), customer.response.survey.brand, customer.response.language)
    return "\n\n".join(words[name] for name in ("subject", "greeting", "body", "signature"))


def _context(improvement: Improvement, customer: Complainant) -> dict[str, Any]:
    """Return what a letter says: the words that its writer was shown, whatever the improvement says later."""
    response, contact = customer.response, customer.contact
    return {
        "improvement": improvement.pk,
        "contact": contact.pk,
        "response": response.pk,
        "name": vocative(contact.first_name or contact.last_name, response.language),
        "day": company_clock.today(response.answered_at).isoformat(),
        "text": improvement.told.get(response.language, ""),
    }


def compose(messages: Sequence[Message]) -> Sequence[Composed]:
    """Write letters; those to customers who said no since, or of what is not done any more, are called off."""
    called_off = _called_off(messages)
    answers = Response.objects.select_related("survey__brand", "invitation").in_bulk(
        [message.context["response"] for message in messages]
    )
    return [
        Unsendable(called_off[message.pk], called_off=True)
        if message.pk in called_off
        else attempted(partial(_letter, answers=answers), message)
        for message in messages
    ]


def _called_off(messages: Sequence[Message]) -> Mapping[int, str]:
    contacts = Contact.objects.in_bulk([message.context["contact"] for message in messages])
    speaking = {pk: contact.survivor for pk, contact in contacts.items()}
    rules = AskingPolicy.current().reach
    people = reach.people(
        {contact.pk: contact for contact in speaking.values()}.values(), rules, purpose=Purpose.CLOSING
    )
    done = set(
        Improvement.objects.done()
        .filter(pk__in={message.context["improvement"] for message in messages})
        .values_list("pk", flat=True)
    )
    found = {}
    for message in messages:
        contact = speaking.get(message.context["contact"])
        person = people[contact.pk] if contact else Person()
        way = may_write(person, message.medium, Purpose.CLOSING, rules, to=message.to_address)
        if not way:
            found[message.pk] = last_check.TEXTS.get(way.reason, last_check.UNREACHABLE)
        elif message.context["improvement"] not in done:
            found[message.pk] = NOT_DONE
    return found


def _letter(message: Message, *, answers: Mapping[int, Response]) -> Letter:
    response = answers.get(message.context["response"])
    if response is None:
        raise Unsendable(GONE, called_off=True)
    brand = response.survey.brand
    return branded.letter(
        message,
        brand=brand,
        template="letter",
        words=_words(message.context, brand, message.language),
        invitation=response.invitation,
    )


def _words(context: Mapping[str, Any], brand: Brand, language: str) -> dict[str, str]:
    """Return the texts of a letter by name, as plain text."""
    name, text = context["name"], context["text"].strip()
    with spoken.speaking(language):
        said = _("On %(day)s you told us what should be better. Thank you: this is what we have done.") % {
            "day": dates.customers_day(date.fromisoformat(context["day"]), language)
        }
        return {
            "subject": _("You said it, we did it: %(brand)s") % {"brand": brand.name},
            "preheader": text[:PREHEADER_LENGTH],
            "greeting": _("Hello %(name)s,") % {"name": name} if name else _("Hello,"),
            "body": f"{said}\n\n{text}",
            "signature": brand.name,
        }


register(TEMPLATE, MEDIUM, compose)
