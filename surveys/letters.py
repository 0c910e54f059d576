"""The letters of an invitation: the ask, its reminder, the thank-you."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import clock, tokens
from delivery import mime
from delivery.addresses import mailbox
from delivery.composing import Composed, Composer, Letter, Unsendable, register
from delivery.models import Message
from delivery.skeletons import TOKEN
from surveys import callingoff, frames, texts
from surveys.frames import Look, Reviews
from surveys.models import Invitation, ReviewLink, Survey, SurveyVersion

# What context_of() reads of an invitation: give it to select_related().
FACTS = ("survey", "contact", "product", "manager")
# The fields of the wording that all letters share, by the mark they fill.
SHARED = {
    "preheader": "email_preheader",
    "greeting": "email_greeting",
    "question": "question",
    "low": "low_label",
    "high": "high_label",
    "button": "email_button",
}


@dataclass(frozen=True)
class Kind:
    """One of the letters: its template and the fields of the wording that are its own."""

    template: str
    subject: str
    body: str


INVITE = Kind("ask", "email_subject", "email_body")
REMINDER = Kind("ask", "reminder_subject", "reminder_body")
THANKS = Kind("thanks", "thanks_subject", "thanks_body")


def context_of(invitation: Invitation) -> dict[str, Any]:
    """Return everything a letter about this invitation needs, frozen, as JSON.

    The token is not in it: it is derived again when the letter is composed.
    """
    contact = invitation.contact
    return _sender(invitation.survey) | {
        "invitation": invitation.pk,
        "version": invitation.version_id,
        "survey": invitation.survey_id,
        "name": contact.first_name or contact.last_name,
        "product": invitation.product.name if invitation.product else "",
        "manager": invitation.manager.name if invitation.manager else "",
    }


def composer(kind: Kind) -> Composer:
    """Return what writes messages of one kind; those that must not go out any more are called off."""

    def compose(messages: Sequence[Message]) -> Sequence[Composed]:
        called_off = callingoff.reasons(messages)
        reviews = _reviews({message.context["survey"] for message in messages}) if kind is THANKS else {}
        return [
            Unsendable(called_off[message.pk], called_off=True)
            if message.pk in called_off
            else _written(kind, message, reviews.get((message.context["survey"], message.language), ()))
            for message in messages
        ]

    return compose


register("surveys.invite", composer(INVITE))
register("surveys.reminder", composer(REMINDER))
register("surveys.thanks", composer(THANKS))


def render_preview(version: SurveyVersion, language: str, kind: Kind = INVITE) -> Letter:
    """Return the letter that a customer would get, with made-up names and a link that leads nowhere."""
    with translation.override(language):
        names = {"name": _("Robin"), "product": _("Your product"), "manager": _("Alex Example")}
    message = Message(
        to_address="customer@example.com",
        to_name=names["name"],
        language=language,
        context=_sender(version.survey) | names,
        idempotency_key="preview",
    )
    reviews = _reviews({version.survey_id}).get((version.survey_id, language), ()) if kind is THANKS else ()
    return _filled(kind, message, texts.of(version, language), reviews, token="0" * len(TOKEN))


def _sender(survey: Survey) -> dict[str, Any]:
    return {
        "brand": survey.brand_name,
        "colour": survey.brand_colour,
        "sender": survey.sender_name or survey.brand_name,
        "reply_to": survey.reply_to,
    }


def _written(kind: Kind, message: Message, reviews: Reviews) -> Composed:
    wording = _wording(message.context["version"], message.language)
    token = tokens.derive("invitation", message.context["invitation"])
    try:
        return _filled(kind, message, wording, reviews, token=token)
    except Unsendable as error:
        return error


@lru_cache(maxsize=128)
def _wording(version_id: int, language: str) -> Mapping[str, str]:
    """Return the texts of a published version, which never change."""
    return texts.of(SurveyVersion.objects.select_related("survey").get(pk=version_id), language)


def _filled(kind: Kind, message: Message, wording: Mapping[str, str], reviews: Reviews, *, token: str) -> Letter:
    look = _look(kind, message, reviews)
    recipient = mailbox(message.to_address)
    values = _values(kind, message, wording) | {"to": mime.address(message.to_name, recipient)}
    filled = frames.frame(look).fill(values, token=token)
    return Letter(
        sender=parseaddr(look.from_)[1],
        recipient=recipient,
        from_=look.from_,
        to=values["to"],
        subject=values["subject"],
        message_id=values["message_id"],
        date=values["date"],
        language=message.language,
        text=filled.text,
        html=filled.html,
        reply_to=look.reply_to,
        headers=frames.unsubscribing(look.base_url, token),
        raw=filled.raw,
    )


def _look(kind: Kind, message: Message, reviews: Reviews) -> Look:
    context = message.context
    return Look(
        template=kind.template,
        language=message.language,
        brand=context["brand"],
        colour=context["colour"],
        from_=mime.address(context["sender"], parseaddr(settings.DEFAULT_FROM_EMAIL)[1]),
        reply_to=context["reply_to"],
        base_url=settings.BASE_URL,
        reviews=reviews,
    )


def _values(kind: Kind, message: Message, wording: Mapping[str, str]) -> dict[str, str]:
    """Return what fills the marks of a frame, beside the recipient."""
    context = message.context
    fields = SHARED | {"subject": kind.subject, "body": kind.body}
    values = {name: texts.fill(wording[field], context).replace("\r\n", "\n") for name, field in fields.items()}
    values["subject"] = mime.one_line(values["subject"])
    values["signature"] = "\n".join(filter(None, [context["manager"], context["brand"]]))
    values["message_id"] = message.message_id
    values["date"] = format_datetime(clock.now())
    return values


def _reviews(survey_ids: set[int]) -> Mapping[tuple[int, str], Reviews]:
    """Return the review links by survey and language. They are as set today: nobody wants last month's dead link."""
    links = list(ReviewLink.objects.filter(survey__in=survey_ids).order_by("position", "pk"))
    return {
        (survey_id, language): tuple(
            (link.name, link.url) for link in links if link.survey_id == survey_id and link.language in ("", language)
        )
        for survey_id in survey_ids
        for language in texts.LANGUAGES
    }
