"""The letters of an invitation: the ask, its reminder, the thank-you."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts import clock, tokens
from accounts.media import Medium
from accounts.models import Brand
from accounts.vocatives import vocative
from delivery.composers import Composed, Composer, Unsendable, register
from delivery.media.email import mime, reply_addresses
from delivery.media.email.addresses import mailbox
from delivery.media.email.letter import Letter
from delivery.media.email.message_ids import message_id
from delivery.media.email.skeletons import TOKEN, mark
from delivery.models import Message
from surveys.letters import frames, last_check, letter_logos, mail_domains
from surveys.letters.frames import Legal, LetterPages, Look, Reviews, Words
from surveys.metrics import Presentation
from surveys.models import Invitation, ReviewLink, SurveyVersion
from surveys.reviews import ReviewPlace
from surveys.wording import texts

# What context_of() reads of an invitation: give it to select_related().
FACTS = ("survey", "brand", "contact", "product", "manager")
# The fields of the wording that all letters share, by the mark they fill.
SHARED = {
    "preheader": "email_preheader",
    "greeting": "email_greeting",
    "question": "question",
    "low": "low_label",
    "high": "high_label",
    "button": "email_button",
}

# In the place of an address that is the same for all: each letter has one of its own.
ANSWERED_HERE = mark("reply_to")


@dataclass(frozen=True)
class LetterKind:
    """One of the letters: its template and the fields of the wording that are its own."""

    template: str
    subject: str
    body: str
    # The template for mail domains whose machines press every button.
    single: str = ""

    def words(self, version: SurveyVersion, language: str) -> Words:
        wording = texts.of(version, language)
        fields = SHARED | {"subject": self.subject, "body": self.body}
        return tuple((name, wording[field].replace("\r\n", "\n").strip()) for name, field in fields.items())


INVITE = LetterKind("ask", "email_subject", "email_body", single="ask_single")
REMINDER = LetterKind("ask", "reminder_subject", "reminder_body", single="ask_single")
THANKS = LetterKind("thanks", "thanks_subject", "thanks_body")


def context_of(invitation: Invitation) -> dict[str, Any]:
    """Return everything a letter about this invitation needs, frozen, as JSON.

    The token is not in it, only its digest: it is derived again when the letter is composed.
    """
    contact = invitation.contact
    if invitation.token_hash is None:
        raise ValueError(f"Invitation {invitation.pk} was never asked, so it has no link to write of.")
    return _sender(invitation.brand or invitation.survey.brand) | {
        "invitation": invitation.pk,
        "link": bytes(invitation.token_hash).hex(),
        "version": invitation.version_id,
        "survey": invitation.survey_id,
        "metric": invitation.metric,
        "presentation": invitation.survey.presentation,
        "name": vocative(contact.first_name or contact.last_name, invitation.language),
        "product": invitation.product.name if invitation.product else "",
        "manager": invitation.manager.name if invitation.manager else "",
    }


def composer(kind: LetterKind) -> Composer:
    """Return what writes messages of one kind; those that must not go out any more are called off."""

    def compose(messages: Sequence[Message]) -> Sequence[Composed]:
        stopped = last_check.stopped(messages)
        places = _places(messages) if kind is THANKS else {}
        single = mail_domains.with_single_button(message.to_address for message in messages) if kind.single else ()
        return [
            stopped.get(message.pk)
            or _written(
                kind,
                message,
                _reviews(message, places),
                kind.single if mail_domains.domain_of(message.to_address) in single else kind.template,
            )
            for message in messages
        ]

    return compose


register("surveys.invite", Medium.EMAIL, composer(INVITE))
register("surveys.reminder", Medium.EMAIL, composer(REMINDER))
register("surveys.thanks", Medium.EMAIL, composer(THANKS))


def render_preview(version: SurveyVersion, language: str, kind: LetterKind = INVITE) -> Letter:
    """Return the letter that a customer would get, with made-up names and a link that leads nowhere."""
    context = made_up(version, language)
    message = Message(
        to_address="customer@example.com",
        to_name=context["name"],
        language=language,
        context=context,
        idempotency_key="preview",
    )
    links = ReviewLink.objects.on_offer().filter(brand=version.survey.brand_id, language__in=("", language))
    reviews = tuple((link.name, link.url) for link in links) if kind is THANKS else ()
    return _letter(message, _look(kind.template, message, reviews), kind.words(version, language), "0" * len(TOKEN))


def made_up(version: SurveyVersion, language: str) -> dict[str, Any]:
    """Return what context_of() returns, of nobody's invitation: brand and scale are real, the names are made up."""
    survey = version.survey
    asked = {"metric": survey.metric, "presentation": survey.presentation}
    return _sender(survey.brand) | texts.samples(language) | asked


def unasked(message: Message, words: Words, *, token: str, pages: LetterPages) -> Letter:
    """Return an ask that belongs to no invitation; it looks as every other one to this address. Raises Unsendable.

    `words`: of any wording, a draft too; a text `note` among them stands above all others. An answer by mail goes to
    the `reply_to` of the context and is not read here.
    """
    single = mail_domains.with_single_button([message.to_address])
    look = _look(INVITE.single if single else INVITE.template, message, ())
    return _letter(message, replace(look, pages=pages, reply_to=message.context["reply_to"]), words, token)


def _sender(brand: Brand) -> dict[str, Any]:
    return {
        "brand_id": brand.pk,
        "brand": brand.name,
        "colour": brand.colour,
        "logo": brand.logo,
        "sender": brand.sender,
        "sender_address": brand.sender_address,
        "reply_to": brand.reply_to,
        "base_url": brand.url,
        "postal_address": brand.postal_address,
        "imprint": brand.imprint_url,
        "privacy": brand.privacy_url,
    }


def _written(kind: LetterKind, message: Message, reviews: Reviews, template: str) -> Composed:
    context = message.context
    words = _words(kind, context["version"], message.language)
    if subject := context.get("subject"):
        words = tuple((name, subject if name == "subject" else text) for name, text in words)
    token = tokens.derive_again("invitation", context["invitation"], bytes.fromhex(context["link"]))
    try:
        return _letter(message, _look(template, message, reviews), words, token)
    except Unsendable as error:
        return error


@lru_cache(maxsize=8)
def _sender_address(configured: str) -> str:
    return parseaddr(configured)[1]


@lru_cache(maxsize=256)
def _words(kind: LetterKind, version_id: int, language: str) -> Words:
    """Return the texts of a published version, which never change."""
    return kind.words(SurveyVersion.objects.select_related("survey").get(pk=version_id), language)


def _letter(message: Message, look: Look, words: Words, token: str) -> Letter:
    recipient = mailbox(message.to_address)
    frame = frames.frame(look, words)
    context = message.context
    values = {name: texts.fill(text, context) for name, text in frame.personal}
    values["signature"] = "\n".join(filter(None, [context["manager"], context["brand"]]))
    values["to"] = mime.address(message.to_name, recipient)
    values["message_id"] = message_id(message)
    values["date"] = format_datetime(clock.now())
    if look.reply_to == ANSWERED_HERE:
        values["reply_to"] = reply_addresses.header(message, name=look.sender)
    raw = frame.skeleton.fill(values, token=token)
    return Letter(sender=look.sender_address, recipient=recipient, raw=raw)


def _look(template: str, message: Message, reviews: Reviews) -> Look:
    context = message.context
    return Look(
        template=template,
        language=message.language,
        brand=context["brand"],
        colour=context["colour"],
        logo=letter_logos.still_kept(context.get("logo", "")),
        sender=context["sender"],
        sender_address=context["sender_address"] or _sender_address(settings.DEFAULT_FROM_EMAIL),
        reply_to=ANSWERED_HERE if message.pk and reply_addresses.are_read() else context["reply_to"],
        base_url=context["base_url"],
        legal=Legal(context["postal_address"], context["imprint"], context["privacy"]),
        metric=context["metric"],
        # Letters queued before there was a choice do not name it.
        presentation=context.get("presentation", Presentation.NUMBERS.value),
        reviews=reviews,
    )


def _places(messages: Sequence[Message]) -> Mapping[int, ReviewPlace]:
    """Return the places for a review that the letters name and that are still in use: nobody wants a dead link."""
    named = {pk for message in messages for pk in message.context.get("reviews", ())}
    return {link.pk: link.place for link in ReviewLink.objects.on_offer().filter(pk__in=named)} if named else {}


def _reviews(message: Message, places: Mapping[int, ReviewPlace]) -> Reviews:
    """Return name and address of each place that was chosen for a letter, and of the other ways that it shows.

    All are addresses of our own, of this letter: TOKEN stands in them.
    """
    base = message.context["base_url"]
    chosen = (pk for pk in message.context.get("reviews", ()) if pk in places)
    reviews = tuple((places[pk].name, base + reverse("survey-review", args=[TOKEN, pk])) for pk in chosen)
    return reviews + tuple((name, base + path) for name, path in message.context.get("ways", ()))
