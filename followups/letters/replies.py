"""The message by which a person answers a customer, and the e-mail that it is; in a chat or as a text: `text_replies`.

What the customer writes back comes into the follow-up, or to that person's own address where no mailbox is read.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

from django.utils.translation import gettext_noop

from accounts.media import Medium
from accounts.models import User
from crm import reach
from crm.models import Contact
from crm.reachability import Person, Purpose, may_write
from delivery import attachments
from delivery.composers import Composed, Parcel, Unsendable, attempted, register
from delivery.media.email import mime, reply_addresses
from delivery.media.email.letter import Letter, plain
from delivery.media.email.mime import AttachedFile
from delivery.models import Message
from followups.letters import gift_fields
from followups.models import CodePool, Compensation, Followup
from surveys.letters import last_check
from surveys.models import AskingPolicy

TEMPLATE = "followups.reply"
FILES_ARE_GONE = gettext_noop("The files of this letter are not kept any more; write it again.")
WITHDRAWN = gettext_noop("What it gives was withdrawn.")
NAME_LENGTH = Message._meta.get_field("to_name").max_length


@dataclass(frozen=True, kw_only=True)
class StaffReply:
    """What somebody writes, and by which medium; subject and files go with an e-mail only."""

    medium: Medium = Medium.EMAIL
    subject: str = ""
    text: str
    files: Sequence[AttachedFile] = ()

    @property
    def is_letter(self) -> bool:
        return self.medium == Medium.EMAIL

    @property
    def written(self) -> str:
        """Its words as the history of the follow-up keeps them."""
        return f"{self.subject}\n\n{self.text}" if self.is_letter else self.text


def draft(
    followup: Followup, reply: StaffReply, *, to: str, key: str, by: User, given: Compensation | None = None
) -> Message:
    """Return the unsaved message to the address `to`; `key` names one sending: a form sent twice is one message.

    One that a browser shows again with other words or files, or by another medium, is another message. Of the files
    only the names stand in it, of what is `given` with it only which it is.
    """
    about = followup.about
    assert about.contact is not None  # noqa: S101 reply_ways have said so
    return Message(
        medium=reply.medium,
        purpose=Message.Purpose.REPLY,
        to_address=to,
        to_name=about.contact.name[:NAME_LENGTH],
        language=about.language,
        template=TEMPLATE,
        context={
            "contact": about.contact.pk,
            "followup": followup.pk,
            "text": reply.text,
            "sender": by.name,
            "brand": about.survey.brand.name,
            **(_of_letter(reply, by) if reply.is_letter else _of_text(followup)),
            **({"compensation": given.pk} if given else {}),
        },
        idempotency_key=f"reply-{followup.pk}-{key}-{_fingerprint(reply)}",
    )


def _of_letter(reply: StaffReply, by: User) -> dict[str, Any]:
    names = [file.name for file in reply.files]
    return {"subject": reply.subject, "reply_to": by.email or "", "signature": by.signature, "files": names}


def _of_text(followup: Followup) -> dict[str, Any]:
    return {"brand_id": brand_of(followup), "plain": followup.about.survey.sms_plain}


def brand_of(followup: Followup) -> int:
    """Return in the name of which brand the customer was asked."""
    return followup.about.brand_id or followup.about.survey.brand_id


def _fingerprint(reply: StaffReply) -> str:
    said = [reply.subject, reply.text] if reply.is_letter else [reply.medium.value, reply.text]
    files = reply.files if reply.is_letter else ()
    words = hashlib.sha256(repr([*said, *(file.name for file in files)]).encode())
    for file in files:
        words.update(file.content)
    return words.hexdigest()[:12]


def preview(
    followup: Followup, reply: StaffReply, *, by: User, gives: Compensation | CodePool | None = None
) -> "LetterPreview":
    """Return what the customer would get, as text, without the code; nothing is written and nothing given."""
    shown = filled(followup, reply, gives)
    context = draft(followup, shown, to="", key="preview", by=by).context
    return LetterPreview(sender=_sender(context), subject=shown.subject, text=_text(context))


def filled(
    followup: Followup,
    reply: StaffReply,
    gives: Compensation | CodePool | None,
    *,
    code: str = gift_fields.HIDDEN,
) -> StaffReply:
    """Return a reply with what it gives in its words; in the place of the real code stands `code`."""
    if not gives:
        return reply
    words = gift_fields.words_in(followup.about.language, gives)
    subject, text = (gift_fields.filled(said, words=words, code=code) for said in (reply.subject, reply.text))
    return replace(reply, subject=subject, text=text)


class LetterPreview(NamedTuple):
    sender: str
    subject: str
    text: str


def compose(messages: Sequence[Message]) -> Sequence[Composed]:
    kept = attachments.counted([m for m in messages if m.context.get("files")])
    return written(messages, partial(_letter, kept=kept))


def written(messages: Sequence[Message], write: Callable[..., Parcel]) -> Sequence[Composed]:
    """Return what `write` makes of each message and its context, what is given in it filled in.

    Replies to customers who said no since they were written, or are not reached there any more, are called off.
    """
    unwanted = _unwanted(messages)
    named = [message.context["compensation"] for message in messages if message.context.get("compensation")]
    given = Compensation.objects.select_related("code").in_bulk(named) if named else {}

    def wrote(message: Message) -> Parcel:
        return write(message, message.context | _given_with(message, given))

    return [
        Unsendable(unwanted[message.pk], called_off=True) if message.pk in unwanted else attempted(wrote, message)
        for message in messages
    ]


def _unwanted(messages: Sequence[Message]) -> dict[int, str]:
    """Return, by primary key, why replies must not go out that were right to be written."""
    contacts = Contact.objects.in_bulk([message.context["contact"] for message in messages])
    speaking = {pk: contact.survivor for pk, contact in contacts.items()}
    rules = AskingPolicy.current().reach
    people = reach.people({contact.pk: contact for contact in speaking.values()}.values(), rules)
    speakers = {pk: people[contact.pk] for pk, contact in speaking.items()}
    ways = {
        message.pk: may_write(
            speakers.get(message.context["contact"], Person()),
            message.medium,
            Purpose.REPLY,
            rules,
            to=message.to_address,
        )
        for message in messages
    }
    return {pk: last_check.TEXTS.get(way.reason, last_check.UNREACHABLE) for pk, way in ways.items() if not way}


def _letter(message: Message, context: Mapping[str, Any], *, kept: Mapping[int, int]) -> Letter:
    letter = plain(
        message,
        subject=context["subject"],
        text=_text(context),
        from_name=_sender(context),
        headers=_answered_at(message),
    )
    names = context.get("files", [])
    if not names:
        return letter
    if kept.get(message.pk) != len(names):
        raise Unsendable(FILES_ARE_GONE)
    return letter.with_files(lambda: attachments.of(message))


def _given_with(message: Message, given: Mapping[int, Compensation]) -> dict[str, str]:
    """Return the words with what is given in them; raises Unsendable where it was withdrawn since."""
    context = message.context
    if not context.get("compensation"):
        return {}
    gift = given.get(context["compensation"])
    if gift is None or gift.is_withdrawn:
        raise Unsendable(WITHDRAWN, called_off=True)
    words, code = gift_fields.words_in(message.language, gift), gift.code.code if gift.code else ""
    parts = [part for part in ("subject", "text") if part in context]
    return {part: gift_fields.filled(context[part], words=words, code=code) for part in parts}


def _sender(context: Mapping[str, Any]) -> str:
    return f"{context['sender']}, {context['brand']}"


def _text(context: Mapping[str, Any]) -> str:
    signature = context.get("signature", "").splitlines()
    return "\n".join([context["text"].strip(), "", context["sender"], context["brand"], *signature, ""])


def _answered_at(message: Message) -> dict[str, str]:
    """Return the header that says where an answer goes."""
    sender, own = message.context["sender"], message.context["reply_to"]
    if reply_addresses.are_read():
        return {"Reply-To": reply_addresses.header(message, name=sender)}
    return {"Reply-To": mime.address(sender, own)} if own else {}


register(TEMPLATE, Medium.EMAIL, compose)
