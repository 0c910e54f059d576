from math import inf, sqrt
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import nps, spread, student, top_share
from analytics.clusters import STRANGERS, ClusterSums, Spread
from analytics.counts import Counts
from analytics.spread import Answers
from surveys.metrics import SCALES, Tier
from tests.analytics.vectors import cases

WORTH = {10: 1, 9: 1, 8: 0, 7: 0}
CLUSTERED = st.lists(st.tuples(st.integers(0, 6), st.sampled_from([-1, 0, 1])), max_size=40)


def worth(score):
    return WORTH.get(score, -1)


def counts_of(answers):
    worths = [one for _cluster, one in answers]
    return Counts(worths.count(1), worths.count(0), worths.count(-1))


@cases("cluster_robust")
def test_number_error_effect_and_interval_agree_with_the_reference(given, expected, tolerance):
    answers = [(account, worth(score)) for account, scores in given["scores_by_account"].items() for score in scores]

    sums = ClusterSums.of(answers)
    interval = sums.interval()
    printed = spread.interval(nps, Answers(counts_of(answers), Spread.of(sums)))

    assert (sums.answers, sums.clusters) == (expected["n"], expected["accounts"])
    assert 100 * sums.mean == pytest.approx(expected["nps"], abs=tolerance)
    assert 100 * sqrt(sums.variance_of_strangers) == pytest.approx(expected["naive_se_points"], abs=tolerance)
    assert 100 * sqrt(sums.variance) == pytest.approx(expected["cluster_se_points"], abs=tolerance)
    assert Spread.of(sums).design_effect == pytest.approx(expected["deff"], abs=tolerance)
    assert student.quantile(0.05, sums.clusters - 1) == pytest.approx(expected["t_crit"], abs=1e-6)
    assert (interval.low, interval.high) == pytest.approx(tuple(expected["ci95"]), abs=tolerance)
    assert (printed.low, printed.high) == pytest.approx(tuple(expected["ci95"]), abs=tolerance)


# Tables of two-sided 5 % and 1 % quantiles, to six digits (NIST/SEMATECH e-Handbook, 1.3.6.7.2, and R's qt).
@pytest.mark.parametrize(
    ("chance", "freedom", "expected"),
    [
        (0.05, 1, 12.706205),
        (0.05, 2, 4.302653),
        (0.05, 3, 3.182446),
        (0.05, 5, 2.570582),
        (0.05, 10, 2.228139),
        (0.05, 30, 2.042272),
        (0.05, 60, 2.000298),
        (0.05, 100, 1.983972),
        (0.05, inf, 1.959964),
        (0.01, 1, 63.656741),
        (0.01, 9, 3.249836),
        (0.01, 120, 2.617421),
    ],
)
def test_the_quantiles_of_student_are_those_of_the_tables(chance, freedom, expected):
    assert student.quantile(chance, freedom) == pytest.approx(expected, abs=1e-6)
    assert student.two_sided_chance(expected, freedom) == pytest.approx(chance, abs=1e-7)


@settings(deadline=None)
@given(st.floats(0.2, 5000), st.floats(0.0001, 0.9))
def test_a_quantile_has_the_chance_that_was_asked_for(freedom, chance):
    assert student.two_sided_chance(student.quantile(chance, freedom), freedom) == pytest.approx(chance, abs=1e-6)


def test_two_degrees_of_freedom_have_a_closed_form():
    for t in (0.0, 0.1, 1.0, 4.0, 50.0):
        assert student.two_sided_chance(t, 2) == pytest.approx(1 - t / sqrt(2 + t * t), abs=1e-12)


def test_with_endless_freedom_student_is_the_normal_distribution():
    assert student.quantile(0.05, 1e9) == pytest.approx(NormalDist().inv_cdf(0.975), abs=1e-8)
    assert student.two_sided_chance(1.7, 1e9) == pytest.approx(2 * NormalDist().cdf(-1.7), abs=1e-12)
    assert student.two_sided_chance(1.7, 1e6) == pytest.approx(2 * NormalDist().cdf(-1.7), abs=1e-6)


def test_no_answers_have_neither_a_mean_nor_an_interval():
    nobody = ClusterSums.of([])

    assert (nobody.mean, nobody.variance, nobody.variance_of_strangers, nobody.interval()) == (None,) * 4
    assert spread.interval(nps, Answers()) is None
    assert spread.difference(nps, Answers(), Answers(Counts(5, 0, 0))) is None


def test_answers_of_one_account_say_nothing_about_others():
    alone = ClusterSums.of([("A", 1)] * 40 + [("A", -1)] * 10)
    ours = Answers(Counts(40, 0, 10), Spread.of(alone))
    test = spread.difference(nps, ours, Answers(Counts(0, 0, 900)))

    assert alone.variance is None
    assert ours.spread.is_unknown
    assert (spread.interval(nps, ours).low, spread.interval(nps, ours).high) == (-100, 100)
    assert (spread.interval(top_share, ours).low, spread.interval(top_share, ours).high) == (0, 100)
    assert (test.points, test.z, test.p) == (160, 0, 1)
    assert (test.interval.low, test.interval.high) == (-200, 200)


def test_answers_that_are_all_alike_never_get_an_interval_without_width():
    alike = ClusterSums.of([("A", 1), ("A", 1), ("B", 1), ("C", 1), ("C", 1)])
    ours = Answers(Counts(5, 0, 0), Spread.of(alike))

    assert alike.variance == 0
    assert (alike.interval().low, alike.interval().high) == (100, 100)
    assert spread.interval(nps, ours) == nps.interval(Counts(5, 0, 0))
    assert spread.difference(nps, ours, ours) == nps.difference(Counts(5, 0, 0), Counts(5, 0, 0))


def test_where_nobody_answers_twice_the_interval_is_that_of_strangers():
    single = ClusterSums.of(enumerate([1] * 60 + [0] * 25 + [-1] * 15))

    assert Spread.of(single) == STRANGERS
    assert spread.interval(nps, Answers(Counts(60, 25, 15), Spread.of(single))) == nps.interval(Counts(60, 25, 15))


def test_a_difference_of_clustered_answers_is_told_less_surely():
    counts = Counts(60, 25, 15), Counts(40, 25, 35)
    loose = spread.difference(nps, *map(Answers, counts))
    tight = spread.difference(nps, *(Answers(some, Spread(3.0, 20)) for some in counts))
    error = 100 * sqrt(3 * sum(map(nps.variance, counts)))

    assert loose == nps.difference(*counts)
    assert tight.points == loose.points == 40
    assert tight.z == pytest.approx(40 / error)
    # Alike variances, 20 degrees each: Welch has about 40 together.
    assert tight.p == pytest.approx(student.two_sided_chance(40 / error, 39.7), rel=0.01)
    assert tight.interval.high - 40 == pytest.approx(student.quantile(0.05, 39.7) * error, rel=0.001)
    assert 40 - tight.interval.low == pytest.approx(tight.interval.high - 40)


@settings(deadline=None)
@given(CLUSTERED)
def test_sums_and_interval_are_those_of_the_formula(answers):
    sums, n = ClusterSums.of(answers), len(answers)
    clusters = {cluster for cluster, _worth in answers}
    off = 0.0
    for cluster in clusters:
        own = [one for name, one in answers if name == cluster]
        off += (sum(own) - len(own) * sum(one for _name, one in answers) / n) ** 2

    assert (sums.clusters, sums.answers) == (len(clusters), n)
    if len(clusters) > 1:
        assert sums.variance == pytest.approx(len(clusters) / (len(clusters) - 1) * off / n**2, abs=1e-12)
        assert sums.variance_of_strangers == pytest.approx(nps.variance(counts_of(answers)), abs=1e-12)


@settings(deadline=None)
@given(CLUSTERED, st.sampled_from([nps, top_share]))
def test_a_printed_interval_holds_the_number_and_both_intervals_and_stays_on_the_scale(answers, arithmetic):
    worths = {1: arithmetic.WORTH[Tier.GOOD], 0: arithmetic.WORTH[Tier.MIDDLE], -1: arithmetic.WORTH[Tier.BAD]}
    sums = ClusterSums.of((cluster, worths[one]) for cluster, one in answers)
    counts = counts_of(answers)
    printed = spread.interval(arithmetic, Answers(counts, Spread.of(sums)))

    assert (printed is None) == (not answers)
    if answers:
        assert arithmetic.LOWEST <= printed.low <= printed.high <= arithmetic.HIGHEST
        assert 100 * sums.mean == pytest.approx(arithmetic.value(counts))
        assert printed.low <= arithmetic.interval(counts).low
        assert printed.high >= arithmetic.interval(counts).high
        if not Spread.of(sums).is_of_strangers:
            robust = sums.interval(arithmetic.LOWEST, arithmetic.HIGHEST)
            assert printed.low <= max(arithmetic.LOWEST, robust.low) + 1e-9
            assert printed.high >= min(arithmetic.HIGHEST, robust.high) - 1e-9


@settings(deadline=None)
@given(CLUSTERED, CLUSTERED)
def test_sums_of_disjoint_clusters_add_up(some, others):
    apart = [((name, "other"), one) for name, one in others]

    assert ClusterSums.of(some) + ClusterSums.of(apart) == ClusterSums.of(some + apart)


@settings(deadline=None)
@given(CLUSTERED, CLUSTERED)
def test_a_difference_is_the_other_one_turned_round_and_never_surer_than_that_of_strangers(some, others):
    ours, theirs = (Answers(counts_of(found), Spread.of(ClusterSums.of(found))) for found in (some, others))
    there = spread.difference(nps, ours, theirs)
    back = spread.difference(nps, theirs, ours)

    assert (there is None) == (not some or not others)
    if there:
        alone = nps.difference(ours.counts, theirs.counts)
        assert there.p >= alone.p
        assert (back.points, back.z, back.p) == pytest.approx((-there.points, -there.z, there.p))
        assert there.interval.low <= alone.interval.low <= alone.interval.high <= there.interval.high
        assert (back.interval.low, back.interval.high) == pytest.approx((-there.interval.high, -there.interval.low))


def test_every_metric_says_what_an_answer_is_worth():
    for arithmetic, scale in ((nps, SCALES["nps"]), (top_share, SCALES["csat"])):
        counts = Counts.of_scores(scale, [0, 3, 4, 5, 6, 7] + [1] * 5)
        worths = [
            arithmetic.WORTH[scale.tier_of(score)]
            for score, count in enumerate([0, 3, 4, 5, 6, 7] + [1] * 5)
            if score in scale.scores
            for _answer in range(count)
        ]
        assert 100 * sum(worths) / len(worths) == pytest.approx(arithmetic.value(counts))
