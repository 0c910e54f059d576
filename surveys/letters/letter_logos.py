"""The logo in a letter. It travels inside: mail programs that load nothing show it, and nobody learns who looked."""

from base64 import b64encode
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from accounts import logos
from accounts.models import BrandLogo
from delivery.media.email.letter import Letter
from delivery.media.email.mime import InlineImage

CID = "logo"


class LetterLogo(NamedTuple):
    """Under which name the HTML shows it, and how large."""

    cid: str
    width: int
    height: int


def still_kept(name: str) -> str:
    """Return the name, or "" where its picture is not there any more: then the name of the brand stands there."""
    return name if name and _png(name) else ""


def shown(name: str) -> LetterLogo | None:
    return LetterLogo(CID, *logos.size(name)) if name else None


def images(name: str) -> Sequence[InlineImage]:
    png = _png(name) if name else None
    return [InlineImage(CID, png)] if png else []


def in_browser(letter: Letter) -> str:
    """Return the HTML with the picture in the place of its name, which browsers do not know."""
    html = letter.html
    for image in letter.images:
        html = html.replace(f"cid:{image.name}", f"data:image/png;base64,{b64encode(image.png).decode()}")
    return html


# A name stands for its content, so what was read stays true; nothing is kept of a name that is not there.
def _png(name: str) -> bytes | None:
    try:
        return _read(name)
    except BrandLogo.DoesNotExist:
        return None


@lru_cache(maxsize=64)
def _read(name: str) -> bytes:
    found = BrandLogo.objects.filter(name=name).first()
    if found is None:
        raise BrandLogo.DoesNotExist
    return bytes(found.png)
