"""An open link on paper: its QR code, and the words around it."""

import io
from collections.abc import Sequence
from typing import Any

import segno
from django.utils.safestring import SafeString

from accounts import qr
from responses.models import OpenLink
from responses.page.further import ShownQuestion

# Dots to a square: a code as wide as a hand is sharp in print.
DOTS = 24
# So many letters of a question stand in a size by name.
SIZES = ((100, ""), (220, "long"))

# So many letters of further questions have room below a score, and on the back of a sheet. Each question takes the room
# of some more, for its lines and numbers.
ROOMS = ((450, "front"), (1400, "back"))
LETTERS_OF_QUESTION = 60


def svg(link: OpenLink) -> bytes:
    """Return the code as a picture that is sharp at any size."""
    return _saved(link, kind="svg", scale=10, title=link.url)


def png(link: OpenLink) -> bytes:
    return _saved(link, kind="png", scale=DOTS)


def inline(link: OpenLink) -> SafeString:
    """Return the code to stand within a page."""
    return qr.inline(link.url)


def short(url: str) -> str:
    """Return an address as people type it."""
    return url.removeprefix("https://").removeprefix("http://").rstrip("/")


def size(question: str) -> str:
    """Return how large a question is set on a sheet, "" in the usual size: all of it must fit on A6."""
    return next((name for most, name in SIZES if len(question) <= most), "longest")


def room(questions: Sequence[ShownQuestion]) -> str:
    """Return where further questions stand on a sheet to fill in, and how: front, back, or dense (on its back)."""
    texts = [text for one in questions for text in (one.text, *(choice.text for choice in one.choices))]
    letters = sum(map(len, texts)) + LETTERS_OF_QUESTION * len(questions)
    return next((name for most, name in ROOMS if letters <= most), "dense")


def _saved(link: OpenLink, **how: Any) -> bytes:
    content = io.BytesIO()
    segno.make(link.url, error=qr.LEVEL, micro=False).save(content, border=qr.BORDER, dark="#000", light="#fff", **how)
    return content.getvalue()
