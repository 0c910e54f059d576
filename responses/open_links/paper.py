"""An open link on paper: its QR code, and the words around it."""

import io
from typing import Any

import segno
from django.utils.safestring import SafeString, mark_safe

from responses.models import OpenLink

# Some 15 % of the squares may be dirty or torn (level M); around them four squares stay white, as the standard
# wants it (ISO/IEC 18004).
LEVEL, BORDER = "m", 4
# Dots to a square: a code as wide as a hand is sharp in print.
DOTS = 24


def svg(link: OpenLink) -> bytes:
    """Return the code as a picture that is sharp at any size."""
    return _saved(link, kind="svg", scale=10, title=link.url)


def png(link: OpenLink) -> bytes:
    return _saved(link, kind="png", scale=DOTS)


def inline(link: OpenLink) -> SafeString:
    """Return the code to stand within a page; black on white, whatever the colours around it are."""
    code = segno.make(link.url, error=LEVEL, micro=False)
    drawn = code.svg_inline(border=BORDER, dark="#000", light="#fff", omitsize=True, svgclass="code", lineclass=None)
    return mark_safe(drawn)  # noqa: S308 an address of ours, drawn as squares


def short(url: str) -> str:
    """Return an address as people type it."""
    return url.removeprefix("https://").removeprefix("http://").rstrip("/")


def _saved(link: OpenLink, **how: Any) -> bytes:
    content = io.BytesIO()
    segno.make(link.url, error=LEVEL, micro=False).save(content, border=BORDER, dark="#000", light="#fff", **how)
    return content.getvalue()
