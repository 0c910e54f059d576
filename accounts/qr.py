"""QR codes that stand within a page."""

import segno
from django.utils.safestring import SafeString, mark_safe

# Some 15 % of the squares may be dirty or torn (level M); around them four squares stay white, as the standard
# wants it (ISO/IEC 18004).
LEVEL, BORDER = "m", 4


def inline(url: str) -> SafeString:
    """Return the code of an address of ours as SVG; black on white, whatever the colours around it are."""
    code = segno.make(url, error=LEVEL, micro=False)
    drawn = code.svg_inline(border=BORDER, dark="#000", light="#fff", omitsize=True, svgclass="code", lineclass=None)
    return mark_safe(drawn)  # noqa: S308 an address of ours, drawn as squares
