import random
from math import sqrt

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from analytics import nps
from analytics.counts import Counts
from analytics.estimates import Interval
from analytics.goals.progress import Progress, judged


@pytest.mark.parametrize(
    ("interval", "target", "said"),
    [
        ((40, 50), 40, Progress.ON_TARGET),
        ((40, 50), 39, Progress.ON_TARGET),
        ((40, 50), 41, Progress.UNCLEAR),
        ((40, 50), 50, Progress.UNCLEAR),
        ((40, 50), 51, Progress.BELOW),
    ],
)
def test_the_whole_interval_must_lie_on_one_side(interval, target, said):
    assert judged(45, Interval(*interval), 300, target, is_running=False) is said


def test_while_the_period_runs_more_is_asked():
    for target, said in ((39, Progress.ON_TARGET), (51, Progress.BELOW)):
        assert judged(45, Interval(40, 50), 300, target, is_running=False) is said
        assert judged(45, Interval(40, 50), 300, target, is_running=True) is Progress.UNCLEAR
    assert judged(45, Interval(40, 50), 300, 37, is_running=True) is Progress.ON_TARGET
    assert judged(45, Interval(40, 50), 300, 54, is_running=True) is Progress.BELOW


def test_few_answers_carry_no_verdict():
    assert judged(90, Interval(80, 95), 29, 0, is_running=False) is Progress.TOO_FEW
    assert judged(90, Interval(80, 95), 30, 0, is_running=False) is Progress.ON_TARGET


@forall(
    st.floats(-100, 100),
    st.floats(0, 60),
    st.floats(0, 60),
    st.floats(-100, 100),
    st.integers(30, 10_000),
)
def test_what_is_said_while_it_runs_is_said_when_it_is_over(value, below, above, target, answers):
    interval = Interval(value - below, value + above)
    running, over = (judged(value, interval, answers, target, is_running=runs) for runs in (True, False))

    assert running in (over, Progress.UNCLEAR)


def test_of_teams_at_their_target_at_most_one_in_twenty_is_called_too_early():
    """A quarter of 5 answers a day, looked at every day, of a team that lies at its target of 45 (58 − 13)."""
    dice, called, teams = random.Random(15), 0, 1000
    for _team in range(teams):
        counts = Counts()
        for _day in range(90):
            drawn = dice.choices((0, 1, 2), (58, 29, 13), k=5)
            counts += Counts(*(drawn.count(tier) for tier in (0, 1, 2)))
            said = judged(nps.value(counts), nps.interval(counts), counts.n, 45, is_running=True)
            if said in (Progress.ON_TARGET, Progress.BELOW):
                called += 1
                break

    assert called / teams <= 0.05 + 2 * sqrt(0.05 * 0.95 / teams)
