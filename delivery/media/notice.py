from dataclasses import dataclass


@dataclass(frozen=True)
class Notice:
    """A word to staff. `subject`: one line; `lines`: paragraphs of plain text; `link`: where the work is, or ""."""

    subject: str
    lines: tuple[str, ...]
    link: str = ""
