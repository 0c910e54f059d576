"""What Meta tells of what somebody wrote or pressed, read. Pure.

https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components, “Messages object”. What is nothing for us,
or has another shape than the manual says, is None.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from accounts.addresses import normalised
from accounts.media import Medium
from accounts.plaintext import clean
from delivery.media.messenger import buttons
from delivery.media.messenger.buttons import Pressed

# What came without words says at least what it is; signs need no translation.
SIGNS = {
    "image": "📷", "video": "🎬", "audio": "🎤", "document": "📎", "sticker": "🖼", "location": "📍", "contacts": "👤",
    "order": "🛒", "interactive": "📋", "button": "📋",
}  # fmt: skip
# What WhatsApp has and tells nobody of: whoever sent it waits for an answer all the same.
UNTOLD = "❔"
# A reaction to a message of ours, or an opened chat, says nothing; what was taken back was read before.
PASSED_OVER = frozenset({"reaction", "request_welcome", "revoke"})
MOVED = "📱 → {}"
NUMBER = re.compile(r"\+?\d{5,20}", re.ASCII)
LONGEST_TEXT, LONGEST_ID, LONGEST_NUMBER = 4096, 180, 60
# Unix time in seconds; of the years that datetime knows.
MOMENT = re.compile(r"\d{1,10}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneNews:
    """`name`: Meta's own; `phone`: E.164, or what stands in its place where Meta keeps it to itself; `answers`: the
    message that it was done in reply to, or whose button was pressed."""

    name: str
    phone: str
    at: datetime | None
    answers: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhonePress(PhoneNews):
    pressed: Pressed


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneWords(PhoneNews):
    """`replaces`: the words in whose place they stand."""

    text: str
    replaces: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference(PhoneNews):
    """What somebody told WhatsApp itself: that we may write, or not any more."""

    may_write: bool


def read(told: Mapping[str, Any]) -> PhoneNews | None:
    """Return what one message of a webhook says, or None when it is nothing for us."""
    kind, name, phone = told.get("type"), _name(told.get("id")), _phone(told)
    if not isinstance(kind, str) or kind in PASSED_OVER or not name or not phone:
        return None
    common: dict[str, Any] = {"name": name, "phone": phone, "at": _moment(told.get("timestamp"))}
    if kind == "edit":
        return _edited(told, common)
    return READERS.get(kind, _words)(told, common | {"answers": _name(_object(told, "context").get("id"))})


def _button(told: Mapping[str, Any], common: dict[str, Any]) -> PhoneNews | None:
    """Read a button of a template."""
    button = _object(told, "button")
    return _pressed(button.get("payload"), common) or _written(_text(button.get("text")) or SIGNS["button"], common)


def _interactive(told: Mapping[str, Any], common: dict[str, Any]) -> PhoneNews | None:
    """Read a button or a row of a list. Those of others, who speak by the same number, say what stands on them."""
    chosen = _object(told, "interactive")
    reply = _object(chosen, str(chosen.get("type")))
    return _pressed(reply.get("id"), common) or _written(_text(reply.get("title")) or SIGNS["interactive"], common)


def _pressed(said: object, common: dict[str, Any]) -> PhonePress | None:
    pressed = buttons.read(said) if isinstance(said, str) else None
    return PhonePress(pressed=pressed, **common) if pressed else None


def _words(told: Mapping[str, Any], common: dict[str, Any]) -> PhoneWords | None:
    text = said_in(told)
    return _written(text, common) if text else None


def said_in(told: Mapping[str, Any]) -> str:
    """Return the words of a message, after the sign of what it is."""
    kind = str(told.get("type"))
    about = _object(told, kind)
    if kind == "text":
        return _text(about.get("body"))
    return f"{SIGNS.get(kind, UNTOLD)} {_text(about.get('caption'))}".strip()


def _system(told: Mapping[str, Any], common: dict[str, Any]) -> PhoneWords | None:
    """Read that a customer has another number now: a person reads it, for it may be an office's."""
    news = _object(told, "system")
    if news.get("type") not in ("user_changed_number", "customer_changed_number"):
        return None
    number = _digits(news.get("wa_id") or news.get("new_wa_id"))
    return _written(MOVED.format(number), common) if number else None


def _preference(told: Mapping[str, Any], common: dict[str, Any]) -> Preference | None:
    if told.get("value") not in ("stop", "resume"):
        return None
    return Preference(may_write=told["value"] == "resume", **{part: common[part] for part in ("name", "phone", "at")})


def _edited(told: Mapping[str, Any], common: dict[str, Any]) -> PhoneWords | None:
    change = _object(told, "edit")
    text, earlier = said_in(_object(change, "message")), _name(change.get("original_message_id"))
    return PhoneWords(text=text, replaces=earlier, **common) if text and earlier else None


READERS: Mapping[str, Callable[[Mapping[str, Any], dict[str, Any]], PhoneNews | None]] = {
    "button": _button, "interactive": _interactive, "system": _system, "preference": _preference,
}  # fmt: skip


def _written(text: str, common: dict[str, Any]) -> PhoneWords:
    return PhoneWords(text=text, **common)


def _phone(told: Mapping[str, Any]) -> str:
    if number := _digits(told.get("from")):
        return number
    named = told.get("from_user_id") or told.get("user_id")
    return clean(named, limit=LONGEST_NUMBER) if isinstance(named, str) else ""


def _digits(said: object) -> str:
    """Return a number as we keep numbers; one that Meta knows and we do not stays as it came."""
    if not isinstance(said, str) or not NUMBER.fullmatch(said):
        return ""
    number = f"+{said.removeprefix('+')}"
    try:
        return normalised(Medium.WHATSAPP, number)
    except ValueError:
        return number


def _name(said: object) -> str:
    return said if isinstance(said, str) and 0 < len(said) <= LONGEST_ID and said.isprintable() else ""


def _text(said: object) -> str:
    return clean(said, limit=LONGEST_TEXT, lines=True) if isinstance(said, str) else ""


def _moment(said: object) -> datetime | None:
    return datetime.fromtimestamp(int(said), UTC) if isinstance(said, str) and MOMENT.fullmatch(said) else None


def _object(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = told.get(name)
    return inner if isinstance(inner, dict) else {}
