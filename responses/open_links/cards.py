"""What chats and social networks show of an open link: tags in the head of its page, and a picture of the brand.

Whoever draws such a preview opens the link and answers nothing. Nobody finds the page by searching: it stays noindex.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

import resvg_py
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

from accounts import colours, fonts, logos
from accounts.customerlanguages import spoken
from accounts.models import BrandLogo
from responses.models import OpenLink
from surveys.metrics import SCALES
from surveys.wording import texts

# As wide and high as the networks ask for.
WIDTH, HEIGHT = 1200, 630
# Around what is drawn; between lines of text.
MARGIN, LEADING = 80, 1.25
# The size of the question, the largest that leaves it so many lines.
SIZES, MOST_LINES = (60, 52, 44, 38, 32, 28), 4
# The size of the name of a brand without a logo.
NAMED = 40
FAMILY = "DejaVu Sans"


class CardLook(NamedTuple):
    """All that a picture shows."""

    brand: str
    colour: str
    logo: str
    question: str
    metric: str


def head(link: OpenLink, wording: Mapping[str, str], values: Mapping[str, str], language: str) -> SafeString:
    """Return the tags by which chats draw their preview, in the language of the page."""
    brand = link.survey.brand
    with spoken.speaking(language):
        description = _("One question, a few seconds, no login. Your answer goes to %(brand)s.") % {"brand": brand.name}
    picture = brand.url + reverse("open_link_card", args=[link.code, language])
    tags = {
        "og:type": "website",
        "og:site_name": brand.name,
        "og:title": texts.fill(wording["question"], values),
        "og:description": description,
        "og:url": brand.url + link.path,
        "og:locale": language.replace("-", "_"),
        "og:image": picture,
        "og:image:type": "image/png",
        "og:image:width": WIDTH,
        "og:image:height": HEIGHT,
        "og:image:alt": brand.name,
    }
    return format_html(
        '<meta name="description" content="{}"><meta name="twitter:card" content="summary_large_image">'
        '<meta name="theme-color" content="{}">{}',
        description,
        brand.colour,
        format_html_join("", '<meta property="{}" content="{}">', tags.items()),
    )


def picture(link: OpenLink, wording: Mapping[str, str], values: Mapping[str, str]) -> bytes:
    """Return the picture of a link as PNG, WIDTH by HEIGHT."""
    brand = link.survey.brand
    question = texts.fill(wording["question"], values)
    return _drawn(CardLook(brand.name, brand.colour, brand.logo, question, link.survey.metric))


@lru_cache(maxsize=64)
def _drawn(look: CardLook) -> bytes:
    size, lines = _set(_drawable(look.question))
    scale, ink = SCALES[look.metric], colours.text_on(look.colour)
    step = (WIDTH - 2 * MARGIN) / len(scale.scores)
    content = {
        "width": WIDTH,
        "height": HEIGHT,
        "margin": MARGIN,
        "colour": look.colour,
        "ink": ink,
        "family": FAMILY,
        "brand": _cut(_drawable(look.brand), ImageFont.truetype(str(fonts.REGULAR), NAMED)),
        "named": NAMED,
        "logo": _logo(look.logo),
        "size": size,
        "lines": [(line, round(230 + size * LEADING * number)) for number, line in enumerate(lines)],
        "buttons": [(score, round(MARGIN + step * place), round(MARGIN + step * place + (step - 12) / 2))
                    for place, score in enumerate(scale.scores)],
        "button": round(step - 12),
    }  # fmt: skip
    svg = render_to_string("survey/card.svg", content)
    drawn = resvg_py.svg_to_bytes(
        svg_string=svg,
        skip_system_fonts=True,
        font_files=[str(fonts.REGULAR), str(fonts.BOLD)],
        font_family=FAMILY,
    )
    return bytes(drawn)


def _logo(name: str) -> dict[str, object] | None:
    png = BrandLogo.objects.filter(name=name).values_list("png", flat=True).first() if name else None
    if png is None:
        return None
    width, height = logos.size(name)
    return {"width": round(width * 1.5), "height": round(height * 1.5), "source": b64encode(bytes(png)).decode()}


def _set(text: str) -> tuple[int, list[str]]:
    """Return the size of the letters and the lines of a text, as large as it fits; what does not fit is left out."""
    for size in SIZES:
        font = ImageFont.truetype(str(fonts.BOLD), size)
        lines = list(_lines(text, font))
        if len(lines) <= MOST_LINES and all(line == _cut(line, font) for line in lines):
            return size, lines
    if len(lines) > MOST_LINES:
        lines[MOST_LINES - 1] += " " + lines[MOST_LINES]
    return size, [_cut(line, font) for line in lines[:MOST_LINES]]


def _cut(text: str, font: FreeTypeFont) -> str:
    """Return a text as far as it fits between the margins."""
    kept = text
    while font.getlength(kept) > WIDTH - 2 * MARGIN:
        kept = kept.removesuffix("…")[:-1].rstrip() + "…"
    return kept


def _drawable(text: str) -> str:
    """Return what the font can draw of a text; nothing of one that is mostly in letters which it has not."""
    shown = fonts.readable(text)
    kept = shown.replace(fonts.BOX, "")
    return kept if len(kept.split()) * 2 >= len(shown.split()) else ""


def _lines(text: str, font: FreeTypeFont) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > WIDTH - 2 * MARGIN:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line
