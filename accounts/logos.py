"""A brand's logo: whatever picture was uploaded becomes one small PNG that shows on light and on dark. Pure."""

import io
import re
from hashlib import sha256
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from PIL import Image, ImageOps, ImageStat

LARGEST_FILE = 2 * 1024 * 1024
MOST_PIXELS = 16_000_000
TOO_MANY_PIXELS = gettext_noop("The picture has more than 16 million pixels. Save it smaller and choose it again.")
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
# What is kept, for screens of two dots a pixel, and the room it is shown in.
KEPT, SHOWN = (480, 128), (240, 64)
SMALLEST = 16
# Around a picture with clear parts, which stands on a ground of its own.
MARGIN = 12
LIGHT_GROUND, DARK_GROUND = (255, 255, 255), (23, 32, 42)
# A picture whose parts in sight are lighter than this on the average (0…255) is meant for a dark ground.
PALE = 200
# Larger ones are drawn with 256 colours.
MOST_BYTES = 48 * 1024
NAME = re.compile(r"[0-9a-f]{32}-[0-9]{1,3}x[0-9]{1,3}")


class NotALogo(ValueError):
    """The file cannot become a logo; the words say why and what to do."""


class Logo(NamedTuple):
    """`name`: the digest of the PNG and its size as shown, such as 1f…-240x48; the same picture has the same name."""

    name: str
    png: bytes


def size(name: str) -> tuple[int, int]:
    """Return width and height, in CSS pixels, at which the logo of this name is shown."""
    width, _x, height = name.rpartition("-")[2].partition("x")
    return int(width), int(height)


def read(content: bytes) -> Logo:
    """Return the logo that a file holds: PNG, JPEG, WebP or the first picture of a GIF. Raises NotALogo.

    Nothing of the file itself is kept, so that neither its metadata nor whatever hides in it is served. The number of
    pixels is looked at before the first of them is unpacked.
    """
    if len(content) > LARGEST_FILE:
        raise NotALogo(_("The file is larger than 2 MB. Save the picture smaller and choose it again."))
    if _is_svg(content):
        raise NotALogo(_("An SVG is a program as well as a picture, so it is not taken. Save it as PNG."))
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as file:
            if file.width * file.height > MOST_PIXELS:
                raise NotALogo(_(TOO_MANY_PIXELS))
            picture = _upright(file)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotALogo(_(TOO_MANY_PIXELS)) from error
    except (OSError, SyntaxError, ValueError, EOFError, OverflowError, MemoryError) as error:
        if isinstance(error, NotALogo):
            raise
        raise NotALogo(_("This is no picture that can be read. Choose a PNG, JPEG, WebP or GIF.")) from error
    return _kept(picture)


def _is_svg(content: bytes) -> bool:
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<?xml", b"<svg", b"<!doctype svg", b"<!--")) or content.startswith(b"\x1f\x8b")


def _upright(file: Image.Image) -> Image.Image:
    """Return the first picture of a file as it is meant to be seen, unpacked, with its clear parts."""
    file.draft("RGB", (KEPT[0] * 2, KEPT[1] * 2))
    file.seek(0)
    first = ImageOps.exif_transpose(file)
    if first.mode.startswith("I"):
        first = first.point(lambda value: value / 256).convert("L")
    return first.convert("RGBA")


def _kept(picture: Image.Image) -> Logo:
    alpha = picture.getchannel("A")
    seen = alpha.getbbox()
    if seen is None:
        raise NotALogo(_("There is nothing to see in the picture: all of it is clear."))
    is_clear = alpha.getextrema()[0] != 255
    margin = MARGIN if is_clear else 0
    picture = picture.crop(seen)
    picture.thumbnail((KEPT[0] - 2 * margin, KEPT[1] - 2 * margin), Image.Resampling.LANCZOS)
    if min(picture.size) < SMALLEST:
        raise NotALogo(_("The picture is too small or too narrow for a logo: at least 16 pixels either way."))
    sheet = Image.new("RGB", (picture.width + 2 * margin, picture.height + 2 * margin), _ground(picture))
    sheet.paste(picture, (margin, margin), picture)
    png = _written(sheet)
    if len(png) > MOST_BYTES:
        png = _written(sheet.quantize(256))
    scale = min(1, SHOWN[0] / sheet.width, SHOWN[1] / sheet.height)
    width, height = (max(1, round(side * scale)) for side in sheet.size)
    return Logo(f"{sha256(png).hexdigest()[:32]}-{width}x{height}", png)


def _ground(picture: Image.Image) -> tuple[int, int, int]:
    """Return what the clear parts are filled with: mail programs change grounds in the dark and leave pictures."""
    brightness = ImageStat.Stat(picture.convert("L"), mask=picture.getchannel("A").point(lambda part: part and 255))
    return DARK_GROUND if brightness.mean[0] > PALE else LIGHT_GROUND


def _written(picture: Image.Image) -> bytes:
    into = io.BytesIO()
    picture.save(into, "PNG", optimize=True)
    return into.getvalue()
