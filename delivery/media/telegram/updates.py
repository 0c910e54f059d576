"""What Telegram tells of a chat, read: only private chats, only what a person did. Pure.

https://core.telegram.org/bots/api#update. Whatever else arrives, or has another shape than the manual says, is None.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from accounts.plaintext import clean
from delivery.media.messenger import buttons
from delivery.media.messenger.buttons import Pressed

LISTENED_TO = ("message", "edited_message", "callback_query", "my_chat_member")
# What came without words says at least what it is; signs need no translation.
SIGNS = {
    "photo": "📷", "video": "🎬", "video_note": "🎬", "animation": "🎬", "voice": "🎤", "audio": "🎵", "document": "📎",
    "sticker": "🖼", "location": "📍", "venue": "📍", "contact": "👤", "poll": "📊", "story": "📷",
}  # fmt: skip
# A word that begins with a stroke says what to do, in a group to which bot.
COMMAND = re.compile(r"/(?P<name>[a-z0-9_]{1,32})(@\w{1,64})?(?P<rest>(\s.*)?)", re.ASCII | re.IGNORECASE | re.DOTALL)
# As long as a message gets in Telegram.
LONGEST_TEXT = 4096
# Commands that every bot is supposed to know; ours says what it does here.
GREETED = frozenset({"start", "help", "settings"})
LONGEST_ID = 64
BIGGEST = 2**63


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """`number`: Telegram's own; `chat`: a private one, with the person's own number; `language`: of their app."""

    number: int
    chat: int
    at: datetime | None
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Press(Update):
    query: str
    message_id: int | None
    pressed: Pressed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Update):
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Update):
    """`answers`: the message they were written in reply to; `is_edited`: they stand in the place of earlier ones."""

    text: str
    message_id: int
    answers: int | None
    is_edited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership(Update):
    """Whether the bot may write there from now on."""

    may_write: bool


def number_of(told: Mapping[str, Any]) -> int | None:
    return _number(told.get("update_id"))


def read(told: Mapping[str, Any]) -> Update | None:
    """Return what an update says, or None when it is nothing for us."""
    number = number_of(told)
    if number is None:
        return None
    if press := _object(told, "callback_query"):
        return _press(number, press)
    if member := _object(told, "my_chat_member"):
        return _membership(number, member)
    if message := _object(told, "message"):
        return _message(number, message)
    if edited := _object(told, "edited_message"):
        return _message(number, edited, is_edited=True)
    return None


def _press(number: int, press: Mapping[str, Any]) -> Press | None:
    message, query = _object(press, "message"), press.get("id")
    chat = _private(message)
    if chat is None or not isinstance(query, str) or not 0 < len(query) <= LONGEST_ID or not query.isascii():
        return None
    # When a button was pressed nobody says; its message may be weeks old.
    return Press(
        number=number,
        chat=chat,
        at=None,
        language=_language(press),
        query=query,
        message_id=_number(message.get("message_id")),
        pressed=buttons.read(str(press.get("data") or "")),
    )


def _membership(number: int, member: Mapping[str, Any]) -> Membership | None:
    chat, status = _private(member), _object(member, "new_chat_member").get("status")
    if chat is None or status not in ("kicked", "member"):
        return None
    return Membership(number=number, chat=chat, at=_moment(member), may_write=status == "member")


def _message(number: int, message: Mapping[str, Any], *, is_edited: bool = False) -> Update | None:
    chat, message_id = _private(message), _number(message.get("message_id"))
    if chat is None or message_id is None or _object(message, "from").get("is_bot") is True:
        return None
    common: dict[str, Any] = {"number": number, "chat": chat, "at": _moment(message), "language": _language(message)}
    text = _text(message)
    command = COMMAND.fullmatch(text)
    if command and command["name"].lower() in GREETED and not is_edited:
        return Start(payload=command["rest"].strip(), **common)
    if command:
        # “/stop@our_bot” is “/stop”.
        text = f"/{command['name']}{command['rest']}"
    answered = _number(_object(message, "reply_to_message").get("message_id"))
    return Written(text=text, message_id=message_id, answers=answered, is_edited=is_edited, **common) if text else None


def _text(message: Mapping[str, Any]) -> str:
    written = message.get("text") or message.get("caption") or ""
    sign = next((sign for kind, sign in SIGNS.items() if kind in message), "")
    text = clean(written, limit=LONGEST_TEXT, lines=True) if isinstance(written, str) else ""
    return f"{sign} {text}".strip()


def _private(about: Mapping[str, Any]) -> int | None:
    chat = _object(about, "chat")
    return _number(chat.get("id")) if chat.get("type") == "private" else None


def _language(about: Mapping[str, Any]) -> str:
    code = _object(about, "from").get("language_code")
    return code[:10] if isinstance(code, str) and code.isascii() else ""


def _moment(about: Mapping[str, Any]) -> datetime | None:
    seconds = _number(about.get("edit_date") or about.get("date"))
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (OverflowError, OSError, ValueError):
        return None


def _object(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = told.get(name)
    return inner if isinstance(inner, dict) else {}


def _number(told: object) -> int | None:
    is_number = isinstance(told, int) and not isinstance(told, bool) and -BIGGEST <= told < BIGGEST
    return told if is_number else None  # type: ignore[return-value]
