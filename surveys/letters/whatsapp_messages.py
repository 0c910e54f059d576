"""The ask and its reminder by WhatsApp: an approved template, whose button leads to the page."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_noop

from accounts import tokens
from accounts.media import Medium
from delivery.composers import Composed, Composer, Unsendable, register
from delivery.media.whatsapp import choice, templates
from delivery.media.whatsapp.transport import NO_NUMBER, parcel
from delivery.models import Message, WhatsAppNumber, WhatsAppTemplate
from surveys.letters import last_check
from surveys.letters.text_messages import around_token
from surveys.models import Invitation

Kind = WhatsAppTemplate.Kind
NO_TEMPLATE = gettext_noop("No WhatsApp template in the language of the customer is approved.")


def facts_of(invitation: Invitation) -> dict[str, Any]:
    """Return what a template needs that a letter does not, as JSON."""
    return {"default_language": invitation.survey.default_language}


def composer(kind: Kind) -> Composer:
    """Return what writes messages with the templates of one kind; what must not go out is called off."""

    def compose(messages: Sequence[Message]) -> Sequence[Composed]:
        stopped = last_check.stopped(messages)
        brands = {message.context["brand_id"] for message in messages}
        known = WhatsAppNumber.objects.in_use().filter(brand__in=brands).select_related("brand")
        numbers = {number.brand_id: number for number in known}
        approved = _approved(numbers.values(), kind)
        return [
            stopped.get(message.pk) or _composed(message, numbers.get(message.context["brand_id"]), approved)
            for message in messages
        ]

    return compose


templates.lead_to(lambda: around_token()[0])
register("surveys.invite", Medium.WHATSAPP, composer(Kind.INVITATION))
register("surveys.reminder", Medium.WHATSAPP, composer(Kind.REMINDER))

Approved = Mapping[int, Mapping[str, WhatsAppTemplate]]


def _approved(numbers: Collection[WhatsAppNumber], kind: Kind) -> Approved:
    """Return the approved templates of a kind, by the key of their number and by language."""
    found: dict[int, dict[str, WhatsAppTemplate]] = {}
    for template in WhatsAppTemplate.objects.approved().filter(number__in=numbers, kind=kind):
        found.setdefault(template.number_id, {})[template.language] = template
    return found


def _composed(message: Message, number: WhatsAppNumber | None, approved: Approved) -> Composed:
    if number is None:
        return Unsendable(NO_NUMBER)
    context, by_language = message.context, approved.get(number.pk, {})
    template = by_language.get(choice.first_of((message.language, context["default_language"]), by_language))
    if template is None:
        return Unsendable(NO_TEMPLATE)
    token = tokens.derive_again("invitation", context["invitation"], bytes.fromhex(context["link"]))
    content = templates.filled(template, brand=context["brand"], token=token)
    return replace(parcel(message, content, number, category=template.category), template=template.pk)
