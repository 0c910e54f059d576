"""Charts as pictures for letters: mail programs show PNG, and hardly any of them SVG."""

from __future__ import annotations

import resvg_py

from accounts import fonts
from analytics.reports import drawings

# Twice as many points as the drawing has, for the screens of phones.
ZOOM = 2


def png(svg: str) -> bytes:
    """Return a chart of a page as PNG on white; the same chart makes the same bytes on every machine."""
    drawn = resvg_py.svg_to_bytes(
        svg_string=fonts.readable(drawings.dressed(svg)),
        zoom=ZOOM,
        background="white",
        skip_system_fonts=True,
        font_files=[str(fonts.REGULAR), str(fonts.BOLD)],
        font_family=drawings.FONT,
    )
    return bytes(drawn)
