"""What becomes of a picture that is uploaded as a logo."""

import io
import struct
import zlib

import pytest
from PIL import Image

from accounts import logos
from accounts.logos import NotALogo


def drawn(size=(600, 200), colour=(20, 90, 120), kind="PNG", mode="RGB", **options):
    into = io.BytesIO()
    Image.new(mode, size, colour).save(into, kind, **options)
    return into.getvalue()


def opened(logo):
    return Image.open(io.BytesIO(logo.png))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_each_kind_becomes_a_small_png(kind):
    logo = logos.read(drawn(kind=kind))

    assert (opened(logo).format, opened(logo).size, logos.size(logo.name)) == ("PNG", (384, 128), (192, 64))
    assert logos.NAME.fullmatch(logo.name)


def test_the_same_picture_has_the_same_name_and_another_one_another():
    assert logos.read(drawn()).name == logos.read(drawn(kind="PNG", compress_level=1)).name
    assert logos.read(drawn()).name != logos.read(drawn(colour=(1, 2, 3))).name


def test_metadata_goes_and_a_turned_photo_stands_upright():
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "Kaunas, at home"
    logo = logos.read(drawn(size=(100, 200), kind="JPEG", exif=exif))

    assert opened(logo).size == (200, 100)
    assert b"Kaunas" not in logo.png
    assert not opened(logo).getexif()


def test_what_hides_behind_a_picture_is_not_kept():
    assert b"<script>" not in logos.read(drawn() + b"<script>alert(1)</script>").png


def test_the_first_picture_of_a_gif_is_taken():
    into, red = io.BytesIO(), Image.new("RGB", (64, 64), (200, 0, 0))
    red.save(into, "GIF", save_all=True, append_images=[Image.new("RGB", (64, 64), (0, 0, 200))])

    assert opened(logos.read(into.getvalue())).convert("RGB").getpixel((30, 30)) == (200, 0, 0)


@pytest.mark.parametrize(
    ("ink", "ground"), [((10, 10, 10, 255), (255, 255, 255)), ((255, 255, 255, 255), (23, 32, 42))]
)
def test_clear_parts_get_the_ground_on_which_the_picture_shows(ink, ground):
    picture, into = Image.new("RGBA", (300, 100)), io.BytesIO()
    picture.paste(Image.new("RGBA", (200, 60), ink), (50, 20))
    picture.save(into, "PNG")

    shown = opened(logos.read(into.getvalue())).convert("RGB")

    assert (shown.getpixel((2, 2)), shown.getpixel((60, 40))) == (ground, ink[:3])
    assert shown.size == (224, 84)


def test_a_noisy_picture_stays_small():
    noise = Image.merge("RGB", [Image.effect_noise((480, 128), 60 + 10 * number) for number in range(3)])
    into = io.BytesIO()
    noise.save(into, "PNG")

    assert len(into.getvalue()) > 100_000
    assert len(logos.read(into.getvalue()).png) < 64_000


def test_deep_grey_keeps_its_shades():
    assert 120 <= opened(logos.read(drawn(mode="I;16", colour=0x8000))).convert("L").getpixel((5, 5)) <= 136


def bomb(width, height):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b'\xef\xbb\xbf\n<?xml version="1.0"?><svg/>', "SVG"),
        (b"%PDF-1.7 no picture", "no picture that can be read"),
        (b"", "no picture that can be read"),
        (drawn()[:-400], "no picture that can be read"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 90, "no picture that can be read"),
        (bomb(5000, 5000), "16 million pixels"),
        (bomb(12000, 12000), "16 million pixels"),
        (bomb(60000, 60000), "16 million pixels"),
        (b"\0" * (logos.LARGEST_FILE + 1), "larger than 2 MB"),
        (drawn(size=(8, 8)), "too small"),
        (drawn(size=(4000, 20)), "too narrow"),
        (drawn(mode="RGBA", colour=(0, 0, 0, 0)), "nothing to see"),
    ],
)
def test_what_is_no_logo_is_refused_in_words(content, said):
    with pytest.raises(NotALogo, match=said):
        logos.read(content)
