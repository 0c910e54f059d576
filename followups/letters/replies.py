"""The e-mail by which a person answers a customer.

What the customer writes back comes into the follow-up, or to that person's own address where no mailbox is read.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.utils.translation import gettext_noop

from accounts.media import Medium
from accounts.models import User
from crm import reach
from crm.models import Contact
from crm.reachability import Person, Purpose, Way, may_write
from delivery import attachments
from delivery.composers import Composed, Unsendable, attempted, register
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


def way_to(followup: Followup) -> Way:
    """Say how the customer of a follow-up is answered; not at all when it is closed or against the customer's will."""
    if not followup.is_open or followup.contact is None:
        return Way()
    contact, rules = followup.contact.survivor, AskingPolicy.current().reach
    return may_write(reach.people([contact], rules)[contact.pk], Medium.EMAIL, Purpose.REPLY, rules)


def draft(
    followup: Followup,
    *,
    to: str,
    subject: str,
    text: str,
    key: str,
    by: User,
    files: Sequence[AttachedFile] = (),
    given: Compensation | None = None,
) -> Message:
    """Return the unsaved message to the address `to`; `key` names one sending: a form sent twice is one e-mail.

    One that a browser shows again with other words, or other files, is another e-mail. Of the files only the names
    stand in it, of what is `given` with it only which it is.
    """
    about = followup.about
    assert about.contact is not None  # noqa: S101 way_to() has said so
    return Message(
        medium=Medium.EMAIL,
        purpose=Message.Purpose.REPLY,
        to_address=to,
        to_name=about.contact.name[:NAME_LENGTH],
        language=about.language,
        template=TEMPLATE,
        context={
            "contact": about.contact.pk,
            "followup": followup.pk,
            "subject": subject,
            "text": text,
            "sender": by.name,
            "reply_to": by.email or "",
            "signature": by.signature,
            "brand": about.survey.brand.name,
            "files": [file.name for file in files],
            **({"compensation": given.pk} if given else {}),
        },
        idempotency_key=f"reply-{followup.pk}-{key}-{_fingerprint(subject, text, files)}",
    )


def _fingerprint(subject: str, text: str, files: Sequence[AttachedFile]) -> str:
    words = hashlib.sha256(repr([subject, text, *(file.name for file in files)]).encode())
    for file in files:
        words.update(file.content)
    return words.hexdigest()[:12]


def preview(
    followup: Followup, *, subject: str, text: str, by: User, gives: Compensation | CodePool | None = None
) -> "LetterPreview":
    """Return what the customer would get, as text, without the code; nothing is written and nothing given."""
    if gives:
        words = gift_fields.words_in(followup.about.language, gives)
        subject, text = (gift_fields.filled(said, words=words, code=gift_fields.HIDDEN) for said in (subject, text))
    context = draft(followup, to="", subject=subject, text=text, key="preview", by=by).context
    return LetterPreview(sender=_sender(context), subject=subject, text=_text(context))


class LetterPreview(NamedTuple):
    sender: str
    subject: str
    text: str


def compose(messages: Sequence[Message]) -> Sequence[Composed]:
    unwanted, kept = _unwanted(messages), attachments.counted([m for m in messages if m.context.get("files")])
    named = [message.context["compensation"] for message in messages if message.context.get("compensation")]
    given = Compensation.objects.select_related("code").in_bulk(named) if named else {}
    return [
        Unsendable(last_check.OPTED_OUT, called_off=True)
        if message.pk in unwanted
        else attempted(partial(_letter, kept=kept, given=given), message)
        for message in messages
    ]


def _unwanted(messages: Sequence[Message]) -> set[int]:
    """Return, by primary key, the replies to customers who said no since they were written."""
    contacts = Contact.objects.in_bulk([message.context["contact"] for message in messages])
    speaking = {pk: contact.survivor for pk, contact in contacts.items()}
    rules = AskingPolicy.current().reach
    people = reach.people({contact.pk: contact for contact in speaking.values()}.values(), rules)
    speakers = {pk: people[contact.pk] for pk, contact in speaking.items()}
    return {
        message.pk
        for message in messages
        if not may_write(
            speakers.get(message.context["contact"], Person()),
            message.medium,
            Purpose.REPLY,
            rules,
            to=message.to_address,
        )
    }


def _letter(message: Message, *, kept: Mapping[int, int], given: Mapping[int, Compensation]) -> Letter:
    context = message.context | _given_with(message, given)
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
    """Return subject and text with what is given in them; raises Unsendable where it was withdrawn since."""
    context = message.context
    if not context.get("compensation"):
        return {}
    gift = given.get(context["compensation"])
    if gift is None or gift.is_withdrawn:
        raise Unsendable(WITHDRAWN, called_off=True)
    words, code = gift_fields.words_in(message.language, gift), gift.code.code if gift.code else ""
    return {part: gift_fields.filled(context[part], words=words, code=code) for part in ("subject", "text")}


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
