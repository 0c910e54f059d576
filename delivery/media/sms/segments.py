"""How a text message is cut into the parts that are paid for (GSM 03.38 and 03.40, as 3GPP TS 23.038 has them now)."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

# The basic alphabet of GSM 03.38, in which a character is seven bits.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Those that an escape stands before: two septets.
EXTENDED = frozenset("^{}\\[~]|€\f")
ALPHABET = BASIC | EXTENDED

# Typographic signs and the plain ones that say the same.
PLAIN_SIGNS = str.maketrans(
    {
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "ʼ": "'", "‹": "'", "›": "'",
        "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "…": "...", "№": "No.", "•": "-", "·": "-",
        "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u200a": " ", "\u200b": "", "\u00ad": "", "\ufeff": "", "\t": " ",
        "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i",
    }
)  # fmt: skip


class TextEncoding(StrEnum):
    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


# Units in a text of one part, and in each part of a longer one, whose header takes the rest.
ALONE = {TextEncoding.GSM7: 160, TextEncoding.UCS2: 70}
EACH = {TextEncoding.GSM7: 153, TextEncoding.UCS2: 67}


@dataclass(frozen=True)
class Segments:
    """How a text travels. `units`: septets, or 16-bit units of UTF-16; `left`: how many more fit into its last part;
    `odd`: the characters, each once and in order, for which all of it takes the wider encoding."""

    encoding: TextEncoding
    units: int
    parts: int
    left: int
    odd: tuple[str, ...]


# Longer than anybody reads on a phone, and each part is paid for: then something went wrong with what was filled in.
MOST_PARTS = 6


def is_plain(text: str) -> bool:
    """Say whether a text can go out in the narrow encoding, at twice as many characters for the money."""
    return ALPHABET.issuperset(text)


def measure(text: str) -> Segments:
    """Return how many parts are paid for. A character of two units is never cut in two: what it leaves over is lost."""
    odd = tuple(character for character in dict.fromkeys(text) if character not in ALPHABET)
    encoding = TextEncoding.UCS2 if odd else TextEncoding.GSM7
    units = _units(text, encoding)
    if units <= ALONE[encoding]:
        return Segments(encoding, units, 1 if units else 0, ALONE[encoding] - units, odd)
    if units == len(text):
        parts = -(-units // EACH[encoding])
        return Segments(encoding, units, parts, parts * EACH[encoding] - units, odd)
    parts, filled = 1, 0
    for character in text:
        width = _units(character, encoding)
        if filled + width > EACH[encoding]:
            parts, filled = parts + 1, 0
        filled += width
    return Segments(encoding, units, parts, EACH[encoding] - filled, odd)


def _units(text: str, encoding: TextEncoding) -> int:
    if encoding is TextEncoding.UCS2:
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text) + sum(map(text.count, EXTENDED))


def plain(text: str) -> str:
    """Return `text` with Latin letters and signs of the basic alphabet where others say the same: “ačiū” is aciu.

    Where it takes the wider encoding all the same (Cyrillic letters: nothing stands for them), or more parts than
    before, it stays as it is; letters with marks that cost nothing do so too.
    """
    bare = "".join(map(_plain, unicodedata.normalize("NFC", text.translate(PLAIN_SIGNS))))
    before, after = measure(text), measure(bare)
    return bare if not after.odd and after.parts <= before.parts else text


def _plain(character: str) -> str:
    if character in ALPHABET:
        return character
    bare = unicodedata.normalize("NFD", character)[0]
    return bare if bare in BASIC and bare.isalpha() else character
