from hypothesis import given as forall
from hypothesis import strategies as st

from analytics.formulas import scores
from tests.analytics.vectors import cases, near


@cases("csat_ces")
def test_the_mean_score_agrees_with_the_reference(given, expected, tolerance):
    (by_score,) = given.values()

    assert scores.mean([by_score.get(str(score), 0) for score in range(11)]) == near(expected["mean"], tolerance)


@forall(st.lists(st.integers(0, 99), max_size=11))
def test_the_mean_lies_among_the_scores_that_were_given(by_score):
    found = scores.mean(by_score)
    given = [score for score, number in enumerate(by_score) if number]

    assert found is None if not given else min(given) <= found <= max(given)
