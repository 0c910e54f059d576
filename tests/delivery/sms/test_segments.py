"""How many parts a text message is: 160 or 153 septets each, or 70 and 67 units of UTF-16."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.media.sms.segments import ALONE, ALPHABET, BASIC, EACH, EXTENDED, TextEncoding, measure, plain

LINK = "https://nps.example.com/t/x7Kq2mAz"
LITHUANIAN = f"Kiek tikėtina, kad rekomenduotumėte Plumb draugui? {LINK}"
# The standard question with a link of 34 characters, in one spelling and in another.
MEASURED = [
    (f"Наскільки ймовірно, що ви порекомендуєте Plumb другу чи колезі? {LINK}", "UCS-2", 2),
    (f"Насколько вероятно, что вы порекомендуете Plumb другу или коллеге? {LINK}", "UCS-2", 2),
    (LITHUANIAN, "UCS-2", 2),
    (f"Kiek tiketina, kad rekomenduotumete Plumb draugui? {LINK}", "GSM-7", 1),
    (f"Naskilky ymovirno, shcho vy porekomenduiete Plumb druhu chy kolezi? {LINK}", "GSM-7", 1),
]
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


@pytest.mark.parametrize(("text", "encoding", "parts"), MEASURED)
def test_the_standard_question_takes_as_many_parts_as_was_measured(text, encoding, parts):
    assert (measure(text).encoding, measure(text).parts) == (encoding, parts)


@pytest.mark.parametrize(
    ("text", "units", "parts", "left"),
    [
        ("", 0, 0, 160),
        ("a" * 160, 160, 1, 0),
        ("a" * 161, 161, 2, 145),
        ("a" * 306, 306, 2, 0),
        ("a" * 307, 307, 3, 152),
        ("€" * 80, 160, 1, 0),
        ("€" * 80 + "a", 161, 2, 144),
        ("^{}\\[~]|€\f", 20, 1, 140),
        ("я" * 70, 70, 1, 0),
        ("я" * 71, 71, 2, 63),
        ("я" * 134, 134, 2, 0),
        ("я" * 135, 135, 3, 66),
        ("😀" * 35, 70, 1, 0),
        ("😀" * 36, 72, 2, 61),
        # An escape and what follows it, or the two halves of a character, never lie in two parts.
        ("a" * 152 + "€" + "a" * 7, 161, 2, 144),
        ("я" * 66 + "😀" + "я" * 3, 71, 2, 62),
    ],
)
def test_units_and_parts_are_counted(text, units, parts, left):
    found = measure(text)

    assert (found.units, found.parts, found.left) == (units, parts, left)


def test_the_characters_that_make_it_longer_are_named_once_and_in_order():
    assert measure("Žinutė „ė“ už 5 €").odd == ("Ž", "ė", "„", "“", "ž")


def test_the_alphabet_is_whole():
    # 128 places, one of which is the escape.
    assert (len(BASIC), len(EXTENDED), len(ALPHABET)) == (127, 10, 137)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LITHUANIAN, LITHUANIAN.replace("ė", "e")),
        ("Ačiū, „Ąžuolas“ – žinutė…", 'Aciu, "Azuolas" - zinute...'),
        ("Łódź\u00a0№ 5", "Lodz No. 5"),
        ("e\u0301te\u0301", "été"),
        # What costs nothing stays.
        ("Größe, été, Ñandú", "Größe, été, Ñandu"),
        # What would be as long as before stays as it was written.
        ("Šiauliai – Київ…", "Šiauliai – Київ…"),
        ("Ačiū 😀", "Ačiū 😀"),
        ("…" * 70, "…" * 70),
    ],
)
def test_without_diacritics(text, expected):
    assert plain(text) == expected


@given(st.text(st.sampled_from(sorted(ALPHABET)), max_size=400))
def test_texts_of_the_alphabet_count_in_septets(text):
    found = measure(text)

    assert found.encoding == TextEncoding.GSM7
    assert found.units == len(text) + sum(character in EXTENDED for character in text)


@given(ANY)
def test_what_is_counted_fits_into_its_parts(text):
    found = measure(text)
    room = ALONE[found.encoding] if found.parts <= 1 else EACH[found.encoding] * found.parts

    # Each part but the last may end one unit early.
    assert 0 <= room - found.left - found.units <= max(found.parts - 1, 0)
    assert found.parts <= 1 or 0 <= found.left < EACH[found.encoding]
    if found.encoding == TextEncoding.UCS2:
        assert found.units == len(text.encode("utf-16-le")) // 2


@given(ANY)
def test_written_plainly_it_never_takes_more_parts_and_stays_so(text):
    written = plain(text)

    assert measure(written).parts <= measure(text).parts
    assert plain(written) == written
