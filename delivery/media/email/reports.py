"""What a mail system reports by mail: delivery status notifications (RFC 3464) and complaints (RFC 5965, ARF)."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from email import message_from_bytes, message_from_string, policy
from email.message import Message as Part
from email.utils import parseaddr, parsedate_to_datetime
from functools import partial

from delivery.media.email import bounces
from delivery.media.email.message_ids import key_in
from delivery.models import Message
from delivery.news import News

HEADERS = ("message/rfc822", "message/rfc822-headers", "text/rfc822-headers")
COMPLAINTS = {
    "abuse": Message.Objection.COMPLAINED,
    "fraud": Message.Objection.COMPLAINED,
    "virus": Message.Objection.COMPLAINED,
    "other": Message.Objection.COMPLAINED,
    "opt-out": Message.Objection.UNSUBSCRIBED,
    "opt-out-list": Message.Objection.UNSUBSCRIBED,
}
MESSAGE_ID = re.compile(r"<[^<>\s]+>")

About = Callable[..., News]


def read(raw: bytes, *, now: datetime) -> list[News] | None:
    """Return the news in a report, or None when the mail is no report at all.

    A report about delay, or about mail of which it does not say which one it is, gives no news.
    """
    mail = message_from_bytes(raw, policy=policy.compat32)
    parts = {part.get_content_type(): part for part in mail.walk()}
    reading = next((read for kind, read in READINGS.items() if kind in parts), None)
    if reading is None:
        return None
    returned = _returned(parts)
    recipients = {_address(returned["To"])} if returned and returned["To"] else set()
    about = partial(News, provider_id="", key=key_in(_message_id(parts, returned)), at=_sent_at(mail, now))
    return list(reading(parts, about, recipients))


def _of_status(parts: Mapping[str, Part], about: About, recipients: set[str]) -> Iterator[News]:
    for group in _groups(parts["message/delivery-status"]):
        action = str(group.get("Action", "")).strip().lower()
        named = [group.get(field, "") for field in ("Original-Recipient", "Final-Recipient")]
        about_whom = partial(about, recipients=frozenset(recipients | {_address(name) for name in named if name}))
        if action == "failed":
            said = " ".join(f"{group.get('Status', '')} {group.get('Diagnostic-Code', '')}".split())
            yield about_whom(undeliverable=said or action, bounce=bounces.of_status(said) or _unless_coded(said))
        elif action == "delivered":
            yield about_whom(delivered=True)


def _unless_coded(said: str) -> str:
    """A failure without any code may be the address; one with a code that blames us is not."""
    return "" if bounces.ENHANCED.search(said) else Message.Bounce.SOFT


def _of_feedback(parts: Mapping[str, Part], about: About, recipients: set[str]) -> Iterator[News]:
    for group in _groups(parts["message/feedback-report"]):
        objection = COMPLAINTS.get(str(group.get("Feedback-Type", "")).strip().lower())
        named = group.get_all("Original-Rcpt-To", [])
        if objection:
            yield about(objection=objection, recipients=frozenset(recipients | {_address(name) for name in named}))


READINGS: dict[str, Callable[[Mapping[str, Part], About, set[str]], Iterator[News]]] = {
    "message/delivery-status": _of_status,
    "message/feedback-report": _of_feedback,
}


def _groups(part: Part) -> list[Part]:
    """Return the groups of fields of a machine-readable part, however it was encoded."""
    payload = part.get_payload()
    if isinstance(payload, list):
        inner = [child for child in payload if isinstance(child, Part)]
        # One child with no fields of its own: the groups came encoded, in its body.
        if any(child.keys() for child in inner):
            return inner
    encoded = part.get_payload(decode=True)
    text = encoded.decode(errors="replace") if isinstance(encoded, bytes) else ""
    return [message_from_string(group) for group in re.split(r"\r?\n\r?\n", text.strip()) if group]


def _returned(parts: Mapping[str, Part]) -> Part | None:
    """Return the headers of the mail that the report is about."""
    part = next((parts[kind] for kind in HEADERS if kind in parts), None)
    if part is None:
        return None
    payload = part.get_payload()
    if isinstance(payload, list):
        return payload[0] if payload and isinstance(payload[0], Part) else None
    decoded = part.get_payload(decode=True)
    return message_from_bytes(decoded) if isinstance(decoded, bytes) else None


def _message_id(parts: Mapping[str, Part], returned: Part | None) -> str:
    """Return whose report it is: by the returned headers, else by the field that some mail systems add."""
    fields = [returned["Message-ID"]] if returned else []
    status = parts.get("message/delivery-status")
    for group in _groups(status) if status else []:
        fields += [group["Original-Message-ID"], group["X-Original-Message-ID"]]
    found = (MESSAGE_ID.search(str(field)) for field in fields if field)
    return next((match[0] for match in found if match), "")


def _address(field: str) -> str:
    """Return the address in `rfc822; <a@b.example>` or in a To header, in lower case."""
    return parseaddr(field.rpartition(";")[2].strip())[1].lower()


def _sent_at(mail: Part, now: datetime) -> datetime:
    """Return when the report was written; never later than now."""
    try:
        at = parsedate_to_datetime(str(mail["Date"]))
    except (TypeError, ValueError):
        return now
    return min(at, now) if at.tzinfo else now
