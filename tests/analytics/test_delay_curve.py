"""The delay curve against other ways to the same figures: exact fractions, drawn people, and derivatives by hand."""

import random
from datetime import date, timedelta
from fractions import Fraction
from math import sqrt

import pytest

from analytics import delay_curve
from analytics.delay_curve import Cohort, Curve

TODAY = date(2026, 7, 15)
CURVE = Curve(1000, (120, 160, 200, 250), 1.0)


def asked(days_ago, people, *answered):
    return Cohort(TODAY - timedelta(days=days_ago), people, answered)


def forecast(*young, curve=CURVE, more_asked=0, more_answered=0):
    """What is foretold of young cohorts and of others who have had their two weeks."""
    people = more_asked + sum(cohort.asked for cohort in young)
    answered = more_answered + sum(cohort.answered[-1] for cohort in young)
    return delay_curve.forecast(curve, young, TODAY, people, answered)


@pytest.mark.parametrize(("days_ago", "stages"), [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2), (8, 3), (14, 3), (15, 4)])
def test_a_day_has_passed_an_age_when_the_last_person_of_it_has(days_ago, stages):
    assert asked(days_ago, 10, 0, 0, 0, 0).stages(TODAY) == stages


@pytest.mark.parametrize(
    ("days_ago", "answered", "expected"),
    [
        # Nothing is known: as many as ever.
        (0, (0, 0, 0, 0), Fraction(25)),
        # 10 within a day; of the 880 silent then 130 answered later.
        (2, (10, 10, 10, 10), 10 + 90 * Fraction(130, 880)),
        # Those after the last age that all have passed are part of what is expected anyhow.
        (2, (10, 13, 13, 13), 10 + 90 * Fraction(130, 880)),
        (4, (10, 14, 14, 14), 14 + 86 * Fraction(90, 840)),
        (8, (10, 14, 30, 30), 30 + 70 * Fraction(50, 800)),
    ],
)
def test_of_the_silent_as_many_answer_as_ever_did(days_ago, answered, expected):
    found = forecast(asked(days_ago, 100, *answered))

    assert found.rate == pytest.approx(float(expected))
    assert found.share_in == pytest.approx(100 * answered[-1] / float(expected))


def test_what_is_in_is_never_taken_back():
    found = forecast(asked(1, 100, 60, 60, 60, 60))

    assert (found.rate, found.interval.low, found.share_in) == (60, 60, 100)


def test_those_who_had_their_two_weeks_are_counted_as_they_are():
    alone = forecast(asked(4, 100, 10, 14, 14, 14))
    beside = forecast(asked(4, 100, 10, 14, 14, 14), more_asked=900, more_answered=300)

    assert beside.rate == pytest.approx(alone.rate / 10 + 30)
    # The others add no doubt.
    assert beside.interval.high - beside.rate == pytest.approx((alone.interval.high - alone.rate) / 10)


def test_the_interval_holds_the_chance_of_the_silent_and_the_doubt_of_the_curve():
    young = [asked(0, 200, 0, 0, 0, 0), asked(4, 150, 12, 20, 20, 20), asked(10, 90, 9, 11, 15, 16)]
    found = forecast(*young)

    def expected(leaving):
        """The number of answers to come, for given shares of those at risk who answer in each stage."""
        total = 0
        for cohort in young:
            stages = cohort.stages(TODAY)
            silent = cohort.asked - (cohort.answered[stages - 1] if stages else 0)
            stay = 1
            for share in leaving[stages:]:
                stay *= 1 - share
            total += silent * (1 - stay)
        return total

    at_risk, events = (1000, 880, 840, 800), (120, 40, 40, 50)
    shares = [event / risk for event, risk in zip(events, at_risk, strict=True)]
    variance = 200 * 0.25 * 0.75 + 130 * (90 / 840) * (750 / 840) + 75 * (50 / 800) * (750 / 800)
    for stage, (share, risk) in enumerate(zip(shares, at_risk, strict=True)):
        nudged = [*shares[:stage], share + 1e-6, *shares[stage + 1 :]]
        slope = (expected(nudged) - expected(shares)) / 1e-6
        variance += slope**2 * share * (1 - share) / risk
    assert found.interval.high - found.rate == pytest.approx(100 * 1.959964 * sqrt(variance) / 440, rel=1e-4)


def test_weeks_that_lie_far_apart_widen_the_interval():
    calm, wild = CURVE, Curve(1000, (120, 160, 200, 250), 4.0)
    young = asked(0, 400, 0, 0, 0, 0)

    reach = [found.interval.high - found.rate for found in (forecast(young, curve=curve) for curve in (calm, wild))]

    assert reach[1] == pytest.approx(2 * reach[0])


@pytest.mark.parametrize(
    ("young", "more_asked"),
    [([], 500), ([asked(3, 0, 0, 0, 0, 0)], 500), ([asked(3, 29, 5, 5, 5, 5)], 0)],
    ids=["everybody had two weeks", "nobody was asked lately", "too few were asked"],
)
def test_where_there_is_nothing_to_foretell_nothing_is(young, more_asked):
    assert forecast(*young, more_asked=more_asked) is None


def history(weeks, each=(50, 8, 10, 12, 15)):
    people, *answered = each
    return [asked(15 + 7 * week, people, *answered) for week in range(weeks)]


def test_the_curve_is_learned_from_those_who_had_their_two_weeks():
    found = delay_curve.learned([*history(4), asked(14, 1000, 0, 0, 0, 0)], TODAY)

    assert found == Curve(200, (32, 40, 48, 60), 1.0)


@pytest.mark.parametrize(
    "cohorts",
    [[], history(3), history(6, each=(50, 1, 2, 3, 4))],
    ids=["nobody", "three weeks", "24 answers"],
)
def test_too_little_history_teaches_nothing(cohorts):
    assert delay_curve.learned(cohorts, TODAY) is None


def test_weeks_are_compared_as_a_whole_with_each_other():
    found = delay_curve.learned(
        [
            asked(16, 100, 0, 0, 0, 10),
            asked(17, 100, 0, 0, 0, 50),
            *[asked(23 + 7 * week, 100, 0, 0, 0, 10 + 10 * week) for week in range(4)],
        ],
        TODAY,
    )
    share = Fraction(160, 600)
    weeks = [(200, 60), (100, 10), (100, 20), (100, 30), (100, 40)]
    chi_square = sum((answered - people * share) ** 2 / (people * share * (1 - share)) for people, answered in weeks)

    assert found.spread == pytest.approx(float(chi_square / 4))
    assert delay_curve.learned(history(4, each=(50, 50, 50, 50, 50)), TODAY).spread == 1


DELAYS = ((0, 0.10), (1, 0.04), (2, 0.02), (5, 0.05), (10, 0.04))


def drawn(dice, days_ago, people, lift=1.0):
    """People asked some days ago: what is known of them today, and how many will have answered in the end."""
    at = [0, 0, 0, 0]
    final = 0
    for _ in range(people):
        chance, delay = dice.random(), None
        for days, share in DELAYS:
            chance -= share * lift
            if chance < 0:
                delay = days + dice.random()
                break
        if delay is None:
            continue
        final += 1
        if delay <= days_ago + 0.5:
            for stage, age in enumerate(delay_curve.AGES):
                at[stage] += delay <= age
    return asked(days_ago, people, *at), final


@pytest.mark.parametrize(("people", "uneven", "least"), [(40, 0.0, 0.93), (5, 0.0, 0.92), (60, 0.25, 0.90)])
def test_the_interval_holds_what_comes_true(people, uneven, least):
    dice, held, pages = random.Random(20), 0, 300
    for _ in range(pages):
        lift = {week: dice.gauss(1, uneven) for week in range(20)}
        days = [drawn(dice, days_ago, people, lift[days_ago // 7]) for days_ago in range(106)]
        curve = delay_curve.learned([cohort for cohort, _final in days], TODAY)
        young = days[:15]
        found = delay_curve.forecast(
            curve,
            [cohort for cohort, _final in young],
            TODAY,
            sum(cohort.asked for cohort, _final in young),
            sum(cohort.answered[-1] for cohort, _final in young),
        )
        truth = 100 * sum(final for _cohort, final in young) / sum(cohort.asked for cohort, _final in young)
        held += found.interval.low <= truth <= found.interval.high
    assert held / pages >= least
