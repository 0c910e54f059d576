"""What a chat shows: words, and rows of buttons below them."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ChatButton:
    """A button: pressed it either tells us `data`, at most 64 bytes, or opens `url`."""

    label: str
    data: str = ""
    url: str = ""


Rows = tuple[tuple[ChatButton, ...], ...]


@dataclass(frozen=True, slots=True)
class ChatView:
    """A message as a chat shows it. The text is plain: nothing in a name or a wording is markup."""

    text: str
    rows: Rows = field(default=())
    # What opens the list of buttons, where a messenger folds them away.
    choose: str = ""

    @property
    def buttons(self) -> list[ChatButton]:
        return [button for row in self.rows for button in row]


def in_rows(buttons: Sequence[ChatButton], width: int) -> Rows:
    """Return buttons in rows of at most `width`."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))


def length(text: str) -> int:
    """Return how long messengers take a text for."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, limit: int) -> str:
    """Return text of at most `limit` UTF-16 units, by which messengers count."""
    if length(text) <= limit:
        return text
    shortened = text.encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", errors="ignore")
    return f"{shortened}…"
