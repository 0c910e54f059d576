"""What a chat shows: words, and rows of buttons below them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

# Limits of the Bot API, in characters and in bytes.
LONGEST_TEXT, LONGEST_LABEL, LONGEST_DATA = 4096, 64, 64


@dataclass(frozen=True, slots=True)
class ChatButton:
    """A button: pressed it either tells us `data`, at most 64 bytes, or opens `url`."""

    label: str
    data: str = ""
    url: str = ""

    @property
    def content(self) -> dict[str, str]:
        return {"text": _cut(self.label, LONGEST_LABEL)} | (
            {"url": self.url} if self.url else {"callback_data": self.data}
        )


Rows = tuple[tuple[ChatButton, ...], ...]


@dataclass(frozen=True, slots=True)
class ChatView:
    """A message as a chat shows it. The text is plain: nothing in a name or a wording is markup."""

    text: str
    rows: Rows = field(default=())

    @property
    def content(self) -> dict[str, Any]:
        """Return it as the parameters of sendMessage and editMessageText."""
        keyboard = [[button.content for button in row] for row in self.rows if row]
        return {
            "text": _cut(self.text, LONGEST_TEXT),
            "reply_markup": {"inline_keyboard": keyboard},
            # Nobody asked to see what stands behind a link, and what looks is no person.
            "link_preview_options": {"is_disabled": True},
        }


def in_rows(buttons: Sequence[ChatButton], width: int) -> Rows:
    """Return buttons in rows of at most `width`."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))


def length(text: str) -> int:
    """Return how long Telegram takes a text for."""
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str, limit: int) -> str:
    """Return text of at most `limit` UTF-16 units, by which Telegram counts."""
    if length(text) <= limit:
        return text
    shortened = text.encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", errors="ignore")
    return f"{shortened}…"
