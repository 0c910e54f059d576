from math import exp, isfinite, log, sqrt

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from analytics.formulas import drivers
from analytics.formulas.drivers import fit, fit_alike
from surveys.metrics import SCALES, Tier
from tests.analytics.vectors import cases, near

ANSWERS = st.lists(st.tuples(st.booleans(), st.sets(st.sampled_from("abc"))), max_size=30)


@cases("ridge_logit_detractor")
def test_coefficients_and_errors_agree_with_the_reference(given, expected, tolerance):
    answers = [(SCALES["nps"].tier_of(score) is Tier.BAD, topics) for score, topics in given["responses"]]

    found = fit(answers, ["delivery", "support", "price"], given["lam"])

    coefficients = [found.intercept, *found.topics.values()]
    assert [coefficient.value for coefficient in coefficients] == near(expected["coef"], tolerance)
    assert [coefficient.error for coefficient in coefficients] == near(expected["se"], tolerance)


@forall(ANSWERS, st.floats(0.001, 100))
def test_coefficients_are_finite_and_change_their_sign_with_the_sides(answers, penalty):
    found = fit(answers, "abc", penalty)
    mirrored = fit([(not is_detractor, topics) for is_detractor, topics in answers], "abc", penalty)

    if len({is_detractor for is_detractor, _topics in answers}) < 2:
        assert found is mirrored is None
        return
    for topic, coefficient in found.topics.items():
        assert isfinite(coefficient.value)
        assert 0 < coefficient.error <= 1 / sqrt(penalty) + 1e-9
        assert mirrored.topics[topic].value == near(-coefficient.value, 1e-6)
        assert mirrored.topics[topic].error == near(coefficient.error, 1e-6)


@forall(ANSWERS, st.floats(0.1, 10))
def test_what_is_expected_is_what_was_found(answers, penalty):
    found = fit(answers, "abc", penalty)

    if found:
        surplus = dict.fromkeys("abc", 0.0)
        for is_detractor, topics in answers:
            odds = found.intercept.value + sum(found.topics[topic].value for topic in topics)
            for topic in topics:
                surplus[topic] += is_detractor - 1 / (1 + 2.718281828459045**-odds)
        # The penalty holds back exactly what the answers pull.
        assert surplus == near({topic: penalty * found.topics[topic].value for topic in "abc"}, 1e-5)


def test_topics_that_nobody_names_tell_nothing():
    found = fit([(True, ()), (False, ()), (False, ["other"])], ["never"], penalty=4)

    assert (found.topics["never"].value, found.topics["never"].error) == (0, 0.5)
    assert found.intercept.value == near(log(1 / 2), 1e-9)


def test_a_topic_of_detractors_alone_stays_finite():
    found = fit([(True, ["late"])] * 1000 + [(False, [])] * 1000, ["late"], penalty=0.001)

    assert 5 < found.topics["late"].value < 100
    assert found.detractors == 1000
    assert found.is_enough


def test_a_sum_of_coefficients_knows_how_their_errors_hang_together():
    """One topic or the other is named always, so what is unsure of both is not unsure of their difference."""
    answers = [("a", 60, 40), ("b", 60, 20), ("", 2, 1)]
    found = fit_alike(answers, "ab", penalty=0.001)

    whole = found.sum_of({"a": 1.0, "b": -1.0, "unknown": 5.0})

    assert whole.value == near(log(40 / 20) - log(20 / 40), 1e-3)
    assert whole.error == near(sqrt(1 / 40 + 1 / 20 + 1 / 20 + 1 / 40), 1e-3)
    assert whole.error < found.topics["a"].error
    assert found.sum_of({"a": 1.0}) == found.topics["a"]
    assert found.sum_of({}) == drivers.Coefficient(0, 0)


def test_the_penalty_is_one_unless_another_is_given():
    answers = [(True, ["late"]), (False, ["late"]), (False, [])]

    assert fit(answers, ["late"]) == fit(answers, ["late"], penalty=1)


def test_a_hundred_detractors_are_enough():
    assert fit([(True, ["late"])] * 100 + [(False, [])], ["late"]).is_enough
    assert not fit([(True, ["late"])] * 99 + [(False, [])], ["late"]).is_enough


def test_values_of_very_many_answers_that_are_all_alike_are_still_told_apart():
    alike = [
        ("", 1772, 1772), ("abc", 24, 2), ("c", 58594, 58594), ("", 17970, 17970), ("a", 8, 6), ("abc", 3032, 3032),
        ("", 23, 18), ("c", 94, 94), ("a", 2713, 0), ("b", 41, 0),
    ]  # fmt: skip

    found = fit_alike(alike, "abc")

    assert found.topics["a"].value < 0 < found.topics["c"].value
    for topic, coefficient in found.topics.items():
        surplus = sum(
            bad - number / (1 + exp(-found.intercept.value - sum(found.topics[each].value for each in named)))
            for named, number, bad in alike
            if topic in named
        )
        assert surplus == near(coefficient.value, 1e-6)


def test_steps_that_do_not_come_to_rest_give_no_model(monkeypatch):
    answers = [(True, ["late"])] * 10 + [(False, [])] * 10
    assert fit(answers, ["late"])

    monkeypatch.setattr(drivers, "_MOST_STEPS", 3)

    assert fit(answers, ["late"]) is None


def test_a_penalty_that_holds_nothing_back_is_refused():
    assert fit([(True, ["late"]), (False, [])], ["late"], penalty=0.001)
    with pytest.raises(ValueError, match="penalty"):
        fit([(True, ["late"]), (False, [])], ["late"], penalty=0.0009)


@forall(st.lists(st.tuples(st.sets(st.sampled_from("abc")), st.integers(0, 6), st.integers(0, 6)), max_size=12))
def test_answers_that_were_counted_tell_what_each_of_them_does(pairs):
    alike = [(topics, good + bad, bad) for topics, good, bad in pairs]
    each = [(place < bad, topics) for topics, good, bad in pairs for place in range(good + bad)]

    found, expected = fit_alike(alike, "abc"), fit(each, "abc")

    assert (found is None) is (expected is None)
    if found:
        assert found.detractors == expected.detractors
        for topic, coefficient in expected.topics.items():
            assert found.topics[topic].value == near(coefficient.value, 1e-9)
            assert found.topics[topic].error == near(coefficient.error, 1e-9)
