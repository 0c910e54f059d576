import pytest

from accounts.encodings import Encoding, detect

HEADER = "id;name\r\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cp1251", "1;Ольга Юрист\r\n2;Acme GmbH, Иванов\r\n"),
        ("cp1251", "1;Віктор Їжак, Львів і Ко\r\n"),
        ("cp1251", "1;КИЇВ\r\n"),
        ("cp1257", "1;Petraitė, Šiauliai\r\n2;Müller\r\n"),
        ("cp1257", "1;Bērziņš\r\n"),
        ("cp1252", "1;François, garçon\r\n2;Côté\r\n"),
    ],
)
def test_code_pages_are_told_by_their_letters(name, text):
    assert detect([HEADER.encode(), text.encode(name)]) == Encoding(name, is_sure=False)


@pytest.mark.parametrize("name", ["utf-16", "utf-16-le", "utf-16-be", "utf-8", "utf-8-sig", "utf-32"])
@pytest.mark.parametrize(
    "text", ["1;Ona\r\n", "1;Ольга\r\n2;Петро\r\n", "1;Šarūnė 😀\r\n", "Дніпропетровськоблгазенергозбут\r\n" * 50]
)
def test_unicode_is_told_with_and_without_a_mark(name, text):
    assert detect([(HEADER + text).encode(name)]) == Encoding(name)


def test_letters_that_come_late_are_seen():
    blocks = [b"1;Ann\r\n" * 1000] * 20 + ["2;Ольга\r\n".encode("cp1251")]

    assert detect(blocks).name == "cp1251"


def test_a_letter_parted_between_two_blocks_is_still_one():
    raw = "Ольга".encode()

    assert detect([raw[:3], raw[3:]]) == Encoding("utf-8")


def test_one_spoilt_row_does_not_change_the_encoding_of_the_others():
    blocks = ["1;Ольга Юрист\r\n".encode(), b"2;Ann\xff\r\n"]

    assert detect(blocks) == Encoding("utf-8")


@pytest.mark.parametrize("raw", [b"", b"\x00", b"a\x00", b"\xff", b"\xff\xfe", b"\xd0"])
def test_scraps_get_some_encoding_too(raw):
    raw.decode(detect([raw]).name, "replace")


def test_a_long_word_is_gone_through_once_and_not_once_for_each_letter():
    """Else this would take an hour."""
    block = "Žemyna ".encode("cp1257") + b"x" * 500_000

    assert detect([block] * 20).name == "cp1257"
