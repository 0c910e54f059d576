"""What a mail system reports by mail.

Delivery status notifications (RFC 3464, and RFC 6533 for addresses outside ASCII), complaints (RFC 5965, ARF), and the
dialects of mail systems that write for people only. Only the top level of a mail may be the report: a person who
attaches a bounce has written a letter.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from email import message_from_string
from email.errors import MissingHeaderBodySeparatorDefect
from email.message import Message as Part
from functools import partial

from delivery.media.email import arrivals, bounces, dialects
from delivery.media.email.arrivals import field, fields
from delivery.media.email.message_ids import key_in
from delivery.models import Message
from delivery.news import News

STATUS = frozenset({"message/delivery-status", "message/global-delivery-status"})
FEEDBACK = frozenset({"message/feedback-report"})
RETURNED = frozenset(
    {"message/rfc822", "message/rfc822-headers", "text/rfc822-headers", "message/global", "message/global-headers"}
)
COMPLAINTS = {
    "abuse": Message.Objection.COMPLAINED,
    "fraud": Message.Objection.COMPLAINED,
    "virus": Message.Objection.COMPLAINED,
    "other": Message.Objection.COMPLAINED,
    "opt-out": Message.Objection.UNSUBSCRIBED,
    "opt-out-list": Message.Objection.UNSUBSCRIBED,
}
MESSAGE_ID = re.compile(r"<[^<>\s]+>")
# Nothing of the type message/… may come in these, and some do; others only say so.
ENCODED = ("quoted-printable", "base64")
SAYING = ("Action", "Feedback-Type", "Message-ID")

About = Callable[..., News]


def read(raw: bytes, *, now: datetime) -> list[News] | None:
    """Return the news in a report, or None when the mail is no report at all.

    A report about delay, or about mail of which it does not say which one it is, gives no news. Raises
    arrivals.Overgrown for a mail that nobody should try to read.
    """
    return of(arrivals.read(raw), now=now)


def of(mail: Part, *, now: datetime) -> list[News] | None:
    """Return what `read` does of a mail that was taken apart already."""
    about = partial(News, provider_id="", at=arrivals.written_at(mail, now))
    if mail.get_content_type() == "multipart/report" and mail.is_multipart():
        return _of_parts(mail, [part for part in mail.get_payload() if isinstance(part, Part)], about)
    failures = dialects.read(mail)
    if failures is None:
        return None
    return [
        about(
            key=_key([*failure.message_ids, *_answered(mail)]),
            recipients=failure.recipients,
            undeliverable=arrivals.seen(failure.said),
            bounce=bounces.of_failure(failure.said),
        )
        for failure in failures
    ]


def _of_parts(mail: Part, parts: Sequence[Part], about: About) -> list[News] | None:
    kinds = {part.get_content_type(): part for part in reversed(parts)}
    returned = next((_headers(kinds[kind]) for kind in kinds if kind in RETURNED), None)
    recipients = arrivals.addresses(field(returned, "To")) if returned else frozenset()
    for wanted, reading in ((STATUS, _of_status), (FEEDBACK, _of_feedback)):
        part = next((kinds[kind] for kind in kinds if kind in wanted), None)
        if part is not None:
            groups = _groups(part)
            known = partial(about, key=_key(_message_ids(mail, groups, returned)))
            return list(reading(groups, known, recipients))
    return None


def _of_status(groups: Sequence[Part], about: About, recipients: frozenset[str]) -> Iterator[News]:
    for group in groups:
        action = _word(group, "Action")
        named = arrivals.addresses(" ".join([field(group, "Original-Recipient"), field(group, "Final-Recipient")]))
        about_whom = partial(about, recipients=recipients | named)
        if action == "failed":
            said = arrivals.seen(f"{field(group, 'Status')} {arrivals.words(group, 'Diagnostic-Code')}")
            said = " ".join(said.split())
            yield about_whom(undeliverable=said or action, bounce=bounces.of_failure(said))
        elif action == "delivered":
            yield about_whom(delivered=True)


def _of_feedback(groups: Sequence[Part], about: About, recipients: frozenset[str]) -> Iterator[News]:
    for group in groups:
        objection = COMPLAINTS.get(_word(group, "Feedback-Type"))
        if objection:
            named = arrivals.addresses(" ".join(fields(group, "Original-Rcpt-To")))
            yield about(objection=objection, recipients=recipients | named)


def _word(group: Part, name: str) -> str:
    """Return a keyword without the comment in parentheses that may stand behind it."""
    return field(group, name).partition("(")[0].strip().lower()


def _groups(part: Part) -> list[Part]:
    """Return the groups of fields of a machine-readable part; `email` has taken apart what it knows as message/…"""
    payload = part.get_payload()
    children = [child for child in payload if isinstance(child, Part)] if isinstance(payload, list) else []
    if _word(part, "Content-Transfer-Encoding") in ENCODED:
        groups = _split(_decoded(part, children))
        if any(field(group, name) for group in groups for name in SAYING):
            return groups
    if any(child.keys() for child in children):
        rest = [_split(body) for child in children if isinstance(body := child.get_payload(), str)]
        return [child for child in children if child.keys()] + [group for groups in rest for group in groups]
    return _split(_decoded(part, children))


def _split(body: str) -> list[Part]:
    return [message_from_string(f"{group}\n") for group in re.split(r"\r?\n[ \t]*\r?\n", body.strip()) if group]


def _decoded(part: Part, children: Sequence[Part]) -> str:
    """Return the text of a part that came in a transfer encoding, though nothing of the type message/… should."""
    if not children:
        return arrivals.text(part)
    whole = Part()
    whole["Content-Transfer-Encoding"] = str(part.get("Content-Transfer-Encoding", ""))
    whole.set_payload("\n\n".join(_written(child).strip() for child in children))
    return arrivals.text(whole)


def _written(group: Part) -> str:
    """Return a group of fields as it was written: a line broken by an encoding looked like the end of them."""
    fields_of_it = "".join(f"{name}: {value}\n" for name, value in group.raw_items())
    is_broken = any(isinstance(defect, MissingHeaderBodySeparatorDefect) for defect in group.defects)
    return f"{fields_of_it}{'' if is_broken or not fields_of_it else chr(10)}{group.get_payload()}"


def _headers(part: Part) -> Part:
    """Return the headers of the mail that the report is about."""
    return next(iter(_groups(part)), Part())


def _message_ids(mail: Part, groups: Sequence[Part], returned: Part | None) -> list[str]:
    """Return where a report may say which mail it is about, the surest first."""
    named = [value for group in groups for name in ("Original-Message-ID", "X-Original-Message-ID")
             for value in fields(group, name)]  # fmt: skip
    return [*(fields(returned, "Message-ID") if returned else []), *named, *_answered(mail)]


def _answered(mail: Part) -> list[str]:
    """Return which mails a mail says it answers, the nearest first."""
    thread = [one for value in fields(mail, "References") for one in MESSAGE_ID.findall(value)]
    return [*fields(mail, "In-Reply-To"), *reversed(thread)]


def _key(message_ids: Sequence[str]) -> str:
    """Return the idempotency key in the first Message-ID of ours, or ""."""
    found = (key_in(message_id) for value in message_ids for message_id in MESSAGE_ID.findall(value))
    return next(filter(None, found), "")
