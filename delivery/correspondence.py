"""What customers write back: each mail is a row before anything comes of it, and read twice it is one row."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from accounts.news import announce
from delivery import media
from delivery.media.email.replies.mail import ArrivedMail
from delivery.models import IncomingLetter, IncomingText, Message
from delivery.models.incoming_text import LONGEST_TEXT
from delivery.signals import letters_arrived

LONGEST_SOURCE = 300
# An answer to a notice to staff is no letter of a customer.
TO_CUSTOMERS = (
    Message.Purpose.INVITE,
    Message.Purpose.REMINDER,
    Message.Purpose.THANKS,
    Message.Purpose.REPLY,
    Message.Purpose.CLOSING,
)


@dataclass(frozen=True, slots=True)
class Answered:
    """The message of ours that a mail answers; `is_proven`: by a token, which nobody can guess."""

    message: Message
    is_proven: bool


def answered(mails: Sequence[ArrivedMail]) -> list[Answered | None]:
    """Return, in their order, what each of these mails answers: by its token, else by what it refers to; one query.

    None for a mail that answers nothing that we wrote to a customer.
    """
    numbers = {number for mail in mails for number in mail.answers.numbers}
    keys = {key for mail in mails for key in mail.answers.keys}
    if not numbers and not keys:
        return [None] * len(mails)
    named = Q(pk__in=numbers) | Q(idempotency_key__in=keys)
    found = list(Message.objects.filter(named, purpose__in=TO_CUSTOMERS))
    by_number = {message.pk: message for message in found}
    by_key = {message.idempotency_key: message for message in found}
    return [_answered(mail, by_number, by_key) for mail in mails]


def _answered(mail: ArrivedMail, by_number: dict[int, Message], by_key: dict[str, Message]) -> Answered | None:
    proven = [by_number[number] for number in mail.answers.numbers if number in by_number]
    if proven:
        # Of several letters of ours it answers the last one to whoever writes.
        return Answered(max(proven, key=lambda found: (_is_from(found, mail.from_address), found.pk)), is_proven=True)
    named = next((by_key[key] for key in mail.answers.keys if key in by_key), None)
    return Answered(named, is_proven=False) if named else None


def keep(letters: Sequence[tuple[ArrivedMail, Answered | None]], *, source: str) -> int:
    """Write down what arrived in `source`, and return how many of the letters are new; whoever waits is told then."""
    rows = {mail.digest: _row(mail, found, source) for mail, found in letters}
    there = IncomingLetter.objects.filter(digest__in=rows)
    known = {bytes(digest) for digest in there.values_list("digest", flat=True)}
    new = [row for digest, row in rows.items() if digest not in known]
    # Another reader may have been quicker since.
    IncomingLetter.objects.bulk_create(new, ignore_conflicts=True)
    if new:
        announce(letters_arrived, letter_ids=list(there.untaken().values_list("pk", flat=True)))
    return len(new)


def keep_text(text: IncomingText) -> None:
    """Write a text down as a letter, for a person to read; a repeat makes no second one, and tells nobody."""
    letter = IncomingLetter(
        digest=bytes(text.digest),
        answers=text.answers,
        # The provider says from which phone or chat it came, and we know what we wrote there.
        is_proven=True,
        source=text.medium.value,
        from_address=text.from_number,
        text=text.text,
        is_cut=not text.is_of_chat and len(text.text) >= LONGEST_TEXT,
        at=text.at,
        arrived_at=text.arrived_at,
    )
    if not IncomingLetter.objects.filter(digest=letter.digest).exists():
        letter.save(force_insert=True)
        announce(letters_arrived, letter_ids=[letter.pk])


def _row(mail: ArrivedMail, found: Answered | None, source: str) -> IncomingLetter:
    return IncomingLetter(
        digest=mail.digest,
        answers=found.message if found else None,
        is_proven=found is not None and found.is_proven,
        is_from_elsewhere=found is not None and not _is_from(found.message, mail.from_address),
        source=source[:LONGEST_SOURCE],
        message_id=mail.message_id,
        from_address=mail.from_address,
        from_name=mail.from_name,
        subject=mail.subject,
        text=mail.text,
        folded=mail.folded,
        attachments=mail.attachments,
        is_automatic=mail.is_automatic,
        is_cut=mail.is_cut,
        at=mail.at,
    )


def _is_from(message: Message, address: str) -> bool:
    """Say whether a mail comes from the address that the message went to."""
    return address in media.transport_of(message.medium).spellings(message.to_address)
