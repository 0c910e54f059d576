"""The letter of a mailing, as each recipient gets it: in their language, with the link that ends all offers."""

from collections.abc import Mapping, Sequence
from email.utils import format_datetime, parseaddr
from functools import partial
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import clock, tokens
from accounts.customerlanguages import spoken
from accounts.media import Medium
from accounts.models import Brand
from accounts.vocatives import vocative
from crm import reach
from crm.models import Contact
from crm.reachability import Person, Purpose, may_write
from delivery.composers import Composed, Unsendable, attempted, register
from delivery.media.email import mime, reply_addresses
from delivery.media.email.letter import Letter
from delivery.media.email.message_ids import message_id
from delivery.models import Message
from followups.models import Mailing, MailingRecipient
from surveys.letters import frames, last_check
from surveys.models import AskingPolicy
from surveys.wording import texts

TEMPLATE = "followups.mailing"
# What the token of a recipient is for.
PURPOSE = "mailing"
NAME_LENGTH = Message._meta.get_field("to_name").max_length


class LetterText(NamedTuple):
    language: str
    subject: str
    text: str


def token_of(recipient_id: int) -> str:
    return tokens.derive(PURPOSE, recipient_id)


def message(mailing: Mailing, recipient: MailingRecipient, contact: Contact, address: str) -> Message:
    """Return the unsaved message to one recipient at an address; a mailing has one for each contact."""
    return Message(
        medium=Medium.EMAIL,
        purpose=Message.Purpose.MARKETING,
        to_address=address,
        to_name=contact.name[:NAME_LENGTH],
        language=mailing.language_for(contact.language),
        template=TEMPLATE,
        context={"mailing": mailing.pk, "recipient": recipient.pk, "contact": contact.pk},
        idempotency_key=f"mailing-{mailing.pk}-{contact.pk}",
    )


def previews(mailing: Mailing) -> list[LetterText]:
    """Return the letter in each of its languages, to a made-up customer, with a link that leads nowhere."""
    return [_written(mailing, language, _sample(language), "…") for language in mailing.languages]


def _sample(language: str) -> Mapping[str, str]:
    name = texts.samples(language)["name"]
    return {"first_name": name, "name": name, "company": ""}


def _values(contact: Contact, language: str) -> Mapping[str, str]:
    return {
        # In the case of address; left out where that is in doubt, as in every letter.
        "first_name": vocative(contact.first_name or contact.last_name, language),
        "name": contact.name,
        "company": str(contact.company or ""),
    }


def _written(mailing: Mailing, language: str, values: Mapping[str, str], link: str) -> LetterText:
    written, known = mailing.texts[language], {**values, "brand": mailing.brand.name}
    body = texts.fill(written["text"], known).replace("\r\n", "\n").strip()
    subject = mime.one_line(texts.fill(written["subject"], known))
    return LetterText(language, subject, f"{body}\n\n-- \n{_below(mailing.brand, language, link)}\n")


def _below(brand: Brand, language: str, link: str) -> str:
    """Return what the law wants below an offer: who sends it, and how to end it."""
    with spoken.speaking(language):
        end = _("No more offers and news from %(brand)s: %(link)s") % {"brand": brand.name, "link": link}
    return "\n".join(filter(None, [brand.name, brand.postal_address, brand.imprint_url, brand.privacy_url, end]))


def compose(messages: Sequence[Message]) -> Sequence[Composed]:
    """Write the letters; who said no to offers since they were queued gets none."""
    keys = [message.context["recipient"] for message in messages]
    rows = MailingRecipient.objects.select_related("mailing__brand", "contact__company").in_bulk(keys)
    rules = AskingPolicy.current().reach
    contacts = {row.contact_id: row.contact for row in rows.values()}
    people = reach.people(contacts.values(), rules, purpose=Purpose.MARKETING)
    return [attempted(partial(_letter, rows=rows, people=people), message) for message in messages]


def _letter(message: Message, *, rows: Mapping[int, MailingRecipient], people: Mapping[int, Person]) -> Letter:
    row = rows.get(message.context["recipient"])
    if row is None:
        raise Unsendable(last_check.WITHDRAWN, called_off=True)
    rules = AskingPolicy.current().reach
    person = people.get(row.contact_id, Person())
    way = may_write(person, message.medium, Purpose.MARKETING, rules, to=message.to_address)
    if not way:
        raise Unsendable(last_check.TEXTS.get(way.reason, last_check.UNREACHABLE), called_off=True)
    brand = row.mailing.brand
    token = tokens.derive_again(PURPOSE, row.pk, bytes(row.token_hash or b""))
    link = brand.url + reverse("offers_end", args=[token])
    written = _written(row.mailing, message.language, _values(row.contact, message.language), link)
    sender = brand.sender_address or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return Letter.write(
        sender=sender,
        to=message.to_address,
        to_name=message.to_name,
        headers={
            "From": mime.address(brand.sender, sender),
            "Subject": written.subject,
            "Message-ID": message_id(message),
            "Date": format_datetime(clock.now()),
            **_answered_at(message, brand),
            **frames.one_click(link),
        },
        text=written.text,
        language=message.language,
    )


def _answered_at(message: Message, brand: Brand) -> dict[str, Any]:
    """Return the header that says where an answer goes."""
    if reply_addresses.are_read():
        return {"Reply-To": reply_addresses.header(message, name=brand.sender)}
    return {"Reply-To": brand.reply_to} if brand.reply_to else {}


register(TEMPLATE, Medium.EMAIL, compose)
