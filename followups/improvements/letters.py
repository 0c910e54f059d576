"""“You said, we did”: the letter to a customer who asked for what is done by now, in the name of the brand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from email.utils import format_datetime, parseaddr
from functools import partial
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import addresses, clock, company_clock, dates, tokens
from accounts.vocatives import vocative
from crm import reach
from crm.models import Contact
from crm.reachability import Person, Purpose, may_write
from delivery.composers import Composed, Unsendable, attempted, register
from delivery.media.email import mime, reply_addresses
from delivery.media.email.letter import Letter
from delivery.media.email.message_ids import message_id
from delivery.models import Message
from followups.improvements.audience import MEDIUM, Complainant
from followups.models import Improvement
from surveys.letters import last_check
from surveys.letters.frames import unsubscribing
from surveys.models import AskingPolicy

TEMPLATE = "followups.improvement"
NAME_LENGTH = Message._meta.get_field("to_name").max_length


def draft(improvement: Improvement, customer: Complainant) -> Message:
    """Return the unsaved letter; one mailbox gets one letter about an improvement, however many records carry it."""
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
        idempotency_key=f"improvement-{improvement.pk}-{digest}",
    )


def preview(improvement: Improvement, customer: Complainant) -> str:
    """Return what a customer would read, with its subject in the first line."""
    context, language = _context(improvement, customer), customer.response.language
    unsubscribe = context["base_url"] + reverse("unsubscribe", args=["…"]) if context["invitation"] else ""
    with translation.override(language):
        return f"{_subject(context)}\n\n{_text(context, unquote(unsubscribe))}"


def _context(improvement: Improvement, customer: Complainant) -> dict[str, Any]:
    response, brand, invitation = customer.response, customer.response.survey.brand, customer.response.invitation
    contact = customer.contact
    return {
        "improvement": improvement.pk,
        "contact": contact.pk,
        "invitation": invitation.pk if invitation and invitation.token_hash else None,
        "link": bytes(invitation.token_hash).hex() if invitation and invitation.token_hash else "",
        "name": vocative(contact.first_name or contact.last_name, response.language),
        "day": company_clock.today(response.answered_at).isoformat(),
        "text": improvement.told.get(response.language, ""),
        "brand": brand.name,
        "sender": brand.sender,
        "sender_address": brand.sender_address,
        "reply_to": brand.reply_to,
        "base_url": brand.url,
        "postal_address": brand.postal_address,
        "imprint": brand.imprint_url,
        "privacy": brand.privacy_url,
    }


def compose(messages: Sequence[Message]) -> Sequence[Composed]:
    """Write letters; those to customers who said no since, or of what is not done any more, are called off."""
    called_off = _called_off(messages)
    return [
        Unsendable(called_off[message.pk], called_off=True)
        if message.pk in called_off
        else attempted(partial(_letter), message)
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
            found[message.pk] = last_check.WITHDRAWN
    return found


def _letter(message: Message) -> Letter:
    context, language = message.context, message.language
    sender_address = context["sender_address"] or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    token = ""
    if context["invitation"]:
        token = tokens.derive_again("invitation", context["invitation"], bytes.fromhex(context["link"]))
    with translation.override(language):
        subject = _subject(context)
        text = _text(context, context["base_url"] + reverse("unsubscribe", args=[token]) if token else "")
    headers = {
        "From": mime.address(context["sender"], sender_address),
        "Subject": mime.one_line(subject),
        "Message-ID": message_id(message),
        "Date": format_datetime(clock.now()),
        **_answered_at(message),
        **(unsubscribing(context["base_url"], token) if token else {}),
    }
    return Letter.write(
        sender=sender_address,
        to=message.to_address,
        to_name=message.to_name,
        headers=headers,
        text=text,
        language=language,
    )


def _answered_at(message: Message) -> dict[str, str]:
    if reply_addresses.are_read():
        return {"Reply-To": reply_addresses.header(message, name=message.context["sender"])}
    return {"Reply-To": message.context["reply_to"]} if message.context["reply_to"] else {}


def _subject(context: Mapping[str, Any]) -> str:
    return _("You said it, we did it: %(brand)s") % {"brand": context["brand"]}


def _text(context: Mapping[str, Any], unsubscribe: str) -> str:
    """Return the words of the letter in the active language."""
    name = context["name"]
    greeting = _("Hello %(name)s,") % {"name": name} if name else _("Hello,")
    said = _("On %(day)s you told us what should be better. Thank you: this is what we have done.") % {
        "day": dates.day(date.fromisoformat(context["day"]))
    }
    legal = [
        _("You receive this because you are a customer of %(brand)s.") % context,
        f"{_('Unsubscribe')}: {unsubscribe}" if unsubscribe else "",
        f"{_('Imprint')}: {context['imprint']}" if context["imprint"] else "",
        f"{_('Privacy notice')}: {context['privacy']}" if context["privacy"] else "",
        f"{context['brand']}, {context['postal_address']}" if context["postal_address"] else "",
    ]
    return "\n".join(
        [greeting, "", said, "", context["text"].strip(), "", context["brand"], "", *filter(None, legal), ""]
    )


register(TEMPLATE, MEDIUM, compose)
