import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.plaintext import clean, decoded, is_damaged, quoted, readable

ODD = "\x00\x07\x1b\x85\u061c\u200b\u200e\u200f\u202e\u2028\u2066\u2069\ufeff\ufffe\ud83d\udc00\u0301aé שש\t\r\n"
ANY_TEXT = st.text(st.one_of(st.characters(), st.sampled_from(ODD)), max_size=60)


@given(ANY_TEXT, st.booleans(), st.one_of(st.none(), st.integers(0, 40)))
def test_whatever_comes_in_can_be_stored_and_comes_out_the_same_the_second_time(text, lines, limit):
    kept = clean(text, lines=lines, limit=limit)

    kept.encode("utf-8")
    assert limit is None or len(kept) <= limit
    assert kept == clean(kept, lines=lines, limit=limit) == kept.strip()
    assert unicodedata.is_normalized("NFC", kept)
    allowed = "\n\t" if lines else ""
    assert not [letter for letter in kept if unicodedata.category(letter) in ("Cc", "Cs") and letter not in allowed]
    assert not set(kept) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff")


@given(ANY_TEXT)
def test_a_quoted_value_is_one_short_line_whatever_it_is(text):
    shown = quoted(text, 20)

    assert shown.isprintable()
    assert len(shown) <= 20


@given(st.binary(max_size=80), st.sampled_from(["", "utf-8", "koi8-r", "no-such", "base64", "idna", "\x00"]))
def test_bytes_of_any_kind_become_text(raw, declared):
    clean(decoded(raw, declared)).encode("utf-8")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" Ona\u00a0", "Ona"),
        ("O\x00na\x07", "Ona"),
        ("e\u0301", "é"),
        ("\ud83d\ude00", "😀"),
        ("a\ud83d", "a\ufffd"),
        ("gnp\u202egpj.exe", "gnpgpj.exe"),
        ("\u2067Ona\u2069", "Ona"),
        ("Ona\u200f", "Ona"),
        ("שלום\u200f 5", "שלום\u200f 5"),
        ("سلام\u061c", "سلام\u061c"),
        ("a\u200db", "a\u200db"),
        ("one\r\ntwo\u2028three\tfour", "one two three four"),
    ],
)
def test_text_is_cleaned_of_what_cannot_be_seen(text, kept):
    assert clean(text) == kept


def test_line_ends_stay_where_lines_are_meant():
    assert clean("one\r\n\r\ntwo\x85three\tfour", lines=True) == "one\n\ntwo\nthree\tfour"


def test_a_text_cut_short_keeps_no_marks_of_what_was_cut_off():
    assert clean("a\u200f b שלום", limit=4) == "a b"


@pytest.mark.parametrize("text", ["O\x00na", "\ud83d", "a\udc00"])
def test_a_damaged_text_is_refused_with_a_sentence(text):
    assert is_damaged(text)
    with pytest.raises(ValueError, match="null characters"):
        readable(text)


def test_a_text_that_is_only_odd_is_read():
    assert readable("\u202eOna\u2069") == "Ona"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\ufeffid", r"\ufeffid"),
        ("a\x00", r"a\x00"),
        ("\udce9", r"\udce9"),
        ("id\u00a0", r"id\xa0"),
        ("x" * 100, "x" * 59 + "…"),
    ],
)
def test_what_cannot_be_seen_is_quoted_as_an_escape(text, shown):
    assert quoted(text) == shown


@pytest.mark.parametrize(
    ("raw", "declared", "text"),
    [
        (b"Ona", "", "Ona"),
        ("Петро".encode(), "us-ascii", "Петро"),
        ("Петро".encode("koi8-r"), "koi8-r", "Петро"),
        ("Петро".encode("cp1251"), "no-such-charset", "Петро"),
        (b"Petrait\xeb", "utf-8", "Petraitė"),
    ],
)
def test_bytes_are_read_as_declared_or_as_they_look(raw, declared, text):
    assert decoded(raw, declared) == text
