"""A mail of a customer as it is kept: who wrote, what, in answer to which letter of ours, and what is attached."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message as Part
from email.utils import parseaddr
from typing import Any

from accounts.plaintext import clean, decoded
from delivery.media.email import arrivals, message_ids, reply_addresses
from delivery.media.email.replies import automata, enclosures, markup, outline, quotations
from delivery.media.email.replies.enclosures import ListedFile

LONGEST_TEXT = 20_000
# What is read at most of a mail that answers ours, in bytes: more than mail systems take.
WHOLE = 50 * 1024 * 1024
LONGEST_SUBJECT, LONGEST_NAME, LONGEST_ADDRESS, LONGEST_ID = 300, 200, 254, 300
# Where the address stands to which a mail was sent, by the custom of mail systems.
ADDRESSED = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Forwarded-To", "Resent-To")
REFERS = ("In-Reply-To", "References")
MESSAGE_ID = re.compile(r"<[^<>\s]{1,300}>")
# The newest of the letters of ours that a mail refers to come last in References.
MOST_REFERENCES = 20


@dataclass(frozen=True, slots=True)
class References:
    """What a mail may answer. `numbers`: messages of ours that its tokens prove; `keys`: those it names, newest first.

    False when it names none.
    """

    numbers: tuple[int, ...]
    keys: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.numbers or self.keys)


@dataclass(frozen=True, slots=True)
class ArrivedMail:
    """What a mail says.

    `text`: what was written; `folded`: what it quotes, and the signature; `is_cut`: only its beginning was read;
    `digest`: the same for the same mail, however often and wherever it is read.
    """

    digest: bytes
    message_id: str
    answers: References
    from_address: str
    from_name: str
    subject: str
    text: str
    folded: str
    at: datetime
    is_automatic: bool = False
    is_cut: bool = False
    attachments: list[ListedFile] = field(default_factory=list)


def references(mail: Part) -> References:
    return References(tuple(_numbers(mail)), tuple(_keys(mail)))


def read(raw: bytes, *, now: datetime) -> ArrivedMail:
    """Return what a mail says. Raises arrivals.Overgrown for one that nobody should try to read."""
    mail = arrivals.read(raw)
    return of(mail, references(mail), raw=raw, now=now, is_cut=len(raw) >= arrivals.LARGEST)


def complete(raw: bytes, begun: ArrivedMail, *, now: datetime) -> ArrivedMail:
    """Return what a mail says of which only the beginning was read; `raw`: its first WHOLE bytes.

    However large what is attached, it is all listed with its size. Raises arrivals.Overgrown.
    """
    small, beginning = outline.of(raw), raw[: arrivals.LARGEST]
    is_cut = len(raw) >= WHOLE or len(small) >= arrivals.LARGEST
    return of(arrivals.read(small), begun.answers, raw=beginning, now=now, is_cut=is_cut)


def unread(raw: bytes, *, now: datetime) -> ArrivedMail:
    """Return a mail that could not be read, as the text that it came as."""
    text = clean(decoded(raw[: 4 * LONGEST_TEXT]), limit=LONGEST_TEXT, lines=True)
    digest, nothing = hashlib.sha256(raw).digest(), References((), ())
    return ArrivedMail(digest, "", nothing, "", "", "", text, "", now, is_cut=len(raw) > LONGEST_TEXT)


def of(mail: Part, answers: References, *, raw: bytes, now: datetime, is_cut: bool) -> ArrivedMail:
    """Return what `read` does of a mail that was taken apart already; `is_cut`: not all of it was."""
    name, address = parseaddr(arrivals.field(mail, "From"))
    address = clean(address, limit=LONGEST_ADDRESS).lower()
    body, attached = _parts(mail)
    written = quotations.parted(_text(body) if body is not None else "")
    message_id = clean(arrivals.field(mail, "Message-ID"), limit=LONGEST_ID)
    return ArrivedMail(
        digest=_digest(message_id, address, written.text, raw),
        message_id=message_id,
        answers=answers,
        from_address=address,
        from_name=clean(arrivals.shown(name), limit=LONGEST_NAME),
        subject=clean(arrivals.words(mail, "Subject"), limit=LONGEST_SUBJECT),
        text=clean(written.text, limit=LONGEST_TEXT, lines=True),
        folded=clean(written.folded, limit=LONGEST_TEXT, lines=True),
        at=arrivals.written_at(mail, now),
        is_automatic=automata.wrote(mail, sender=address),
        is_cut=is_cut or max(map(len, written)) > LONGEST_TEXT,
        attachments=enclosures.listed(attached),
    )


def _digest(message_id: str, address: str, text: str, raw: bytes) -> bytes:
    """Return what tells this mail from others: its own name, or all of it where it has none.

    Who wrote what counts too: some programs give all their mails one name.
    """
    told = "\0".join([message_id, address, text]).encode("utf-8", "replace") if message_id else raw
    return hashlib.sha256(told).digest()


def _numbers(mail: Part) -> Iterator[int]:
    for name in ADDRESSED:
        for address in sorted(arrivals.addresses(" ".join(arrivals.fields(mail, name)))):
            number = reply_addresses.number_in(address)
            if number is not None:
                yield number


def _keys(mail: Part) -> Iterator[str]:
    for name in REFERS:
        named = MESSAGE_ID.findall(" ".join(arrivals.fields(mail, name)))[-MOST_REFERENCES:]
        yield from (key for message_id in reversed(named) if (key := message_ids.key_in(message_id)))


def _text(body: Part) -> str:
    text = arrivals.text(body)
    return markup.text_of(text) if body.get_content_type() == "text/html" else text.replace(quotations.CUT, "")


def _parts(mail: Part) -> tuple[Part | None, list[Part]]:
    """Return the part that holds what was written, plain text before HTML, and those that are attached."""
    leaves = list(_leaves(mail))
    texts = [part for part in leaves if not _is_attached(part)]
    body = next(
        (part for kind in ("text/plain", "text/html") for part in texts if part.get_content_type() == kind), None
    )
    attached = [part for part in leaves if part is not body and (_is_attached(part) or not _is_text(part))]
    return body, attached


def _leaves(mail: Part) -> Iterator[Part]:
    """Give the parts that hold no others, in their order; a mail inside the mail is one part."""
    waiting = [mail]
    while waiting:
        part = waiting.pop()
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            inner: Any = part.get_payload()
            waiting += [each for each in reversed(inner) if isinstance(each, Part)]
        else:
            yield part


def _is_text(part: Part) -> bool:
    return part.get_content_type() in ("text/plain", "text/html")


def _is_attached(part: Part) -> bool:
    return part.get_content_disposition() == "attachment" or (_is_text(part) and part.get_filename() is not None)
