"""A letter that is one number is offered to a person as a score; nothing that only looks like one is."""

import pytest

from followups.letters.brevity import score_in
from surveys.metrics import SCALES


@pytest.mark.parametrize(
    ("text", "score"), [("9", 9), (" 10! ", 10), ("9/10", 9), ("7 з 10", 7), ("7 із 10", 7), ("«8».", 8)]
)
def test_one_number_of_the_scale_is_a_score(text, score):
    assert score_in(text, SCALES["nps"]) == score


@pytest.mark.parametrize("text", ["#1", "+9", "№ 2", "~8", "9/5", "11", "9 apples", "", "9" * 61])
def test_a_number_that_names_or_counts_something_is_none(text):
    assert score_in(text, SCALES["nps"]) is None
