from itertools import repeat

from hypothesis import given as forall
from hypothesis import strategies as st

from analytics import nps
from analytics.counts import Counts
from analytics.formulas.topics import Quadrant, TopicSums, impacts, quadrants, without_topic
from surveys.metrics import SCALES, Tier
from tests.analytics.vectors import ROUNDING, cases, ends, near

ANSWERS = st.lists(st.tuples(st.sampled_from(Tier), st.sets(st.sampled_from("abcdef"), max_size=4)), max_size=40)


def tagged(responses):
    return [(SCALES["nps"].tier_of(score), topics) for score, topics in responses]


@cases("topic_impact")
def test_impacts_agree_with_the_reference(given, expected, tolerance):
    sums = TopicSums.of(tagged(given["responses"]))
    found = impacts(sums)

    assert (sums.total.n, nps.value(sums.total)) == near((expected["n"], expected["nps"]), tolerance)
    assert set(found) == set(expected["topics"])
    for topic, reference in expected["topics"].items():
        impact = found[topic]
        assert impact.mentions == reference["mentions"]
        assert (impact.with_topic, impact.without_topic) == near(
            (reference["nps_with"], reference["nps_without"]), tolerance
        )
        assert (impact.share, impact.left_out) == near((reference["share"], reference["leave_out_impact"]), tolerance)
        assert impact.gap.points == near(reference["gap"], tolerance)
        assert ends(impact.gap.interval) == near(reference["gap_ci95"], tolerance)
        assert (impact.lost, impact.gained, impact.net) == near(
            (reference["points_lost"], reference["points_gained"], reference["points_net"]), tolerance
        )
        assert (impact.penalty, impact.reward) == near((reference["penalty"], reference["reward"]), tolerance)
    assert sums.untagged.n == expected["untagged"]["n"]
    assert without_topic(sums) == near(
        (expected["untagged"]["points_lost"], expected["untagged"]["points_gained"]), tolerance
    )


@forall(ANSWERS)
def test_points_add_up_to_the_number(answers):
    sums = TopicSums.of(answers)

    found = impacts(sums)

    assert sum(impact.net for impact in found.values()) + sum(without_topic(sums)) == near(
        nps.value(sums.total) or 0, ROUNDING
    )
    assert all(impact.lost <= 0 <= impact.gained for impact in found.values())


@forall(ANSWERS)
def test_the_impact_is_what_leaving_the_answers_out_does(answers):
    sums = TopicSums.of(answers)

    for topic, impact in impacts(sums).items():
        rest = Counts()
        for tier, topics in answers:
            if topic not in topics:
                rest += Counts(tier is Tier.GOOD, tier is Tier.MIDDLE, tier is Tier.BAD)
        if rest.n:
            assert impact.left_out == near(nps.value(sums.total) - nps.value(rest), ROUNDING)
            assert impact.left_out_interval.low - ROUNDING <= impact.left_out
            assert impact.left_out <= impact.left_out_interval.high + ROUNDING
            assert abs(impact.penalty) <= 100
            assert abs(impact.reward) <= 100
        else:
            assert (impact.left_out, impact.left_out_interval, impact.without_topic) == (None, None, None)
            assert (impact.gap, impact.penalty, impact.reward) == (None, None, None)


def test_a_topic_named_twice_counts_once():
    assert TopicSums.of([(Tier.BAD, ["price", "price"])]) == TopicSums.of([(Tier.BAD, ["price"])])


def test_no_answers_have_no_topics():
    nothing = TopicSums.of([])

    assert impacts(nothing) == {}
    assert quadrants({}) == {}
    assert without_topic(nothing) == (0, 0)


def test_topics_are_placed_by_frequency_and_by_what_is_sure():
    answers = [
        *repeat((Tier.BAD, {"delivery"}), 60),
        *repeat((Tier.BAD, {"website"}), 20),
        *repeat((Tier.GOOD, {"product"}), 90),
        *repeat((Tier.GOOD, {"price"}), 40),
        *repeat((Tier.BAD, {"price"}), 40),
        *repeat((Tier.GOOD, set()), 40),
    ]

    assert quadrants(impacts(TopicSums.of(answers))) == {
        "delivery": Quadrant.WATCH,
        "website": Quadrant.WATCH,
        "product": Quadrant.KEEP,
        "price": Quadrant.UNCLEAR,
    }
    more = TopicSums.of([*answers, *repeat((Tier.BAD, {"delivery"}), 30)])
    assert quadrants(impacts(more))["delivery"] is Quadrant.FIX_FIRST


def test_a_topic_of_all_answers_is_unclear():
    assert quadrants(impacts(TopicSums.of(repeat((Tier.BAD, {"price"}), 99)))) == {"price": Quadrant.UNCLEAR}


def test_the_topic_in_the_middle_is_named_often():
    answers = [
        *repeat((Tier.GOOD, {"product"}), 90),
        *repeat((Tier.BAD, {"delivery"}), 60),
        *repeat((Tier.BAD, {"website"}), 20),
    ]

    found = quadrants(impacts(TopicSums.of(answers)))

    assert found == {"product": Quadrant.KEEP, "delivery": Quadrant.FIX_FIRST, "website": Quadrant.WATCH}
