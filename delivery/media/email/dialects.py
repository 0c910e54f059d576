"""Bounces of mail systems that write them for people only: qmail and its kin, Exim, the big freemailers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_string
from email.message import Message as Part

from delivery.media.email import arrivals
from delivery.media.email.arrivals import field, fields

# Whoever has such an address is a machine; a person may begin a letter with the same words.
OF_A_MACHINE = re.compile(r"<?(?:mailer-daemon|mail-daemon|postmaster|mailerdaemon)(?:@|>|$|\s)", re.IGNORECASE)
OPENINGS = re.compile(
    r"\s*(?:Hi\. This is the .{0,100}(?:program|server|deliver)"
    r"|This message was created automatically by (?:the )?(?:mail delivery software|mail system)"
    r"|Это письмо создано автоматически"
    r"|Diese (?:Nachricht|E-Mail) wurde automatisch"
    r"|Sorry, we were unable to deliver your message)",
    re.IGNORECASE,
)
FOR_GOOD = re.compile(
    r"permanent error|could not be delivered|couldn't be delivered|wasn't able to deliver|unable to deliver"
    r"|I've given up|не может быть доставлено|не удалось доставить|konnte nicht zugestellt",
    re.IGNORECASE,
)
FOR_NOW = re.compile(
    r"not yet been delivered|delivery attempts will continue|will (?:be retried|keep trying)|no action is required"
    r"|noch nicht zugestellt",
    re.IGNORECASE,
)
COPY = re.compile(
    r"^-{3,}[ ]?(?:Below this line is a copy|Enclosed (?:is a copy|are the original)|This is a copy"
    r"|The header of the original|Original message).*$",
    re.IGNORECASE | re.MULTILINE,
)
NAMES_WHOM = re.compile(r"^\s*<?(?P<address>[^\s<>:]+@[^\s<>:]+)>?:?\s*$")
MOST_LINES = 12


@dataclass(frozen=True)
class Failure:
    """One address that was not reached: what was said, and where our mail is named."""

    recipients: frozenset[str]
    said: str
    message_ids: tuple[str, ...]


def read(mail: Part) -> list[Failure] | None:
    """Return the failures in a mail that tells of them in words, or None when it is no such mail.

    A delay gives no failure.
    """
    if mail.is_multipart() or not OF_A_MACHINE.search(field(mail, "From")):
        return None
    body = arrivals.text(mail)
    if not OPENINGS.match(body):
        return None
    told, _copy, original = _parted(body)
    if FOR_NOW.search(told) or not FOR_GOOD.search(told):
        return []
    returned = message_from_string(original.lstrip())
    sent_to = arrivals.addresses(field(returned, "To")) | arrivals.addresses(
        " ".join(fields(mail, "X-Failed-Recipients"))
    )
    ids = tuple(fields(returned, "Message-ID"))
    return [Failure(addresses | sent_to, said, ids) for addresses, said in _told_of(told)]


def _parted(body: str) -> tuple[str, str, str]:
    """Return what the machine says, the line that ends it, and the beginning of our mail."""
    match = COPY.search(body)
    return (body[: match.start()], match[0], body[match.end() :]) if match else (body, "", "")


def _told_of(told: str) -> Iterator[tuple[frozenset[str], str]]:
    """Give each address that stands alone on a line, with the words after it."""
    lines = told.splitlines()
    for number, line in enumerate(lines):
        match = NAMES_WHOM.match(line)
        if match:
            yield frozenset({match["address"].lower()}), _words(lines[number + 1 :])


def _words(lines: list[str]) -> str:
    """Return the lines up to the next address or to an empty line after some words, as one."""
    words: list[str] = []
    for line in lines[:MOST_LINES]:
        if NAMES_WHOM.match(line) or (words and not line.strip()):
            break
        if line.strip():
            words.append(line.strip())
    return " ".join(words)
