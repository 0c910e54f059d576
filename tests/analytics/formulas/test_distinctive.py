from math import isfinite

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from analytics.formulas.distinctive import LogOdds, log_odds, telling
from tests.analytics.vectors import ROUNDING, cases, near

WORDS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 90))


@cases("log_odds_dirichlet")
def test_log_odds_agree_with_the_reference(given, expected, tolerance):
    found = log_odds(given["detractors"], given["promoters"], given["a0"])

    assert set(found) == set(expected)
    for word, reference in expected.items():
        odds = found[word]
        assert (odds.delta, odds.variance, odds.z) == near(
            (reference["delta"], reference["var"], reference["z"]), tolerance
        )


@forall(WORDS, WORDS)
def test_log_odds_are_finite_and_change_their_sign_with_the_sides(ours, theirs):
    found, mirrored = log_odds(ours, theirs), log_odds(theirs, ours)

    heard = {word for word in {**ours, **theirs} if ours.get(word) or theirs.get(word)}
    assert set(found) == set(mirrored) == (heard if len(heard) > 1 else set())
    for word, odds in found.items():
        assert isfinite(odds.delta)
        assert odds.variance > 0
        assert 0 <= odds.p <= 1
        assert (mirrored[word].delta, mirrored[word].variance) == near((-odds.delta, odds.variance), ROUNDING)
        assert odds.comments == ours.get(word, 0) + theirs.get(word, 0)


@forall(WORDS)
def test_a_side_without_words_differs_in_nothing(words):
    assert all(odds.delta == near(0, ROUNDING) for odds in log_odds(words, {}).values())


def test_one_word_alone_and_words_of_nobody_tell_nothing():
    assert log_odds({"late": 9}, {"late": 1}) == {}
    assert log_odds({"late": 9, "never": 0}, {"late": 1}) == {}
    assert set(log_odds({"late": 9, "never": 0}, {"fast": 1})) == {"late", "fast"}


def test_a_prior_of_nothing_is_refused():
    with pytest.raises(ValueError, match="prior"):
        log_odds({"late": 9}, {"fast": 1}, prior=0)


def test_only_words_that_are_sure_and_heard_often_are_telling():
    found = {
        "late": LogOdds(comments=30, delta=-2.0, variance=0.2),
        "price": LogOdds(comments=40, delta=0.3, variance=0.1),
        "thanks": LogOdds(comments=50, delta=3.0, variance=0.2),
        "once": LogOdds(comments=4, delta=9.0, variance=0.5),
        "just": LogOdds(comments=5, delta=1.3, variance=0.25),
    }

    assert list(telling(found)) == ["thanks", "late", "just"]
    assert telling({}) == {}


def test_ten_words_are_assumed_unless_told_otherwise():
    ours, theirs = {"late": 9, "same": 5}, {"late": 1, "same": 5}

    assert log_odds(ours, theirs) == log_odds(ours, theirs, prior=10)
    assert log_odds(ours, theirs, prior=0.5)["late"].delta > log_odds(ours, theirs)["late"].delta


def test_the_chance_of_a_word_is_that_of_its_distance():
    assert LogOdds(comments=9, delta=1.959963984540054, variance=1).p == near(0.05, 1e-9)
