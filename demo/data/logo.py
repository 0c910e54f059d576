"""The logo of the demo company, drawn here: a leaf beside its name."""

import io

from PIL import Image, ImageDraw, ImageFont

LEAF, WORDS, STALK = (21, 94, 117), (23, 32, 42), (255, 255, 255)
# Drawn large, so that the edges are smooth once it is made small.
HEIGHT = 336


def drawn(name: str) -> bytes:
    """Return a PNG with clear parts."""
    font = ImageFont.load_default(HEIGHT * 0.41)
    left = round(HEIGHT * 1.08)
    picture = Image.new("RGBA", (left + round(font.getlength(name)) + HEIGHT // 10, HEIGHT))
    picture.paste(LEAF, (0, 0, HEIGHT, HEIGHT), _leaf())
    pen = ImageDraw.Draw(picture)
    pen.line((HEIGHT * 0.2, HEIGHT * 0.9, HEIGHT * 0.66, HEIGHT * 0.25), fill=STALK, width=HEIGHT // 28)
    pen.text((left, HEIGHT // 2), name, font=font, fill=WORDS, anchor="lm")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _leaf() -> Image.Image:
    """Return where two circles meet, leaning to the right."""
    one, other = _circle(-HEIGHT // 4), _circle(HEIGHT // 4)
    return Image.composite(one, Image.new("L", one.size), other).rotate(-35)


def _circle(left: int) -> Image.Image:
    circle = Image.new("L", (HEIGHT, HEIGHT))
    ImageDraw.Draw(circle).ellipse((left, 0, left + HEIGHT, HEIGHT), fill=255)
    return circle
