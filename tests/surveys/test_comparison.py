from hypothesis import given
from hypothesis import strategies as st

from surveys.wording.comparison import TextChange, pieces


def without(change, found):
    return "".join(piece.text for piece in found if piece.change is not change)


@given(st.text("ab ,.\nїё", max_size=40), st.text("ab ,.\nїё", max_size=40))
def test_both_texts_are_in_it(before, after):
    found = pieces(before, after)

    assert without(TextChange.ADDED, found) == before
    assert without(TextChange.DROPPED, found) == after


def test_words_are_compared_whole():
    found = pieces("Thank you, Anna!", "Thank you, Hanna!")

    assert found == [("same", "Thank you, "), ("dropped", "Anna"), ("added", "Hanna"), ("same", "!")]


def test_equal_texts_are_one_piece():
    assert pieces("Same.", "Same.") == [("same", "Same.")]
