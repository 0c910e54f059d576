from hypothesis import given as forall
from hypothesis import strategies as st

from analytics import top_share
from analytics.counts import Counts
from analytics.formulas.decomposition import decompose
from tests.analytics.vectors import COUNTS, ROUNDING, cases, near

SEGMENTS = st.dictionaries(st.sampled_from("abcdef"), COUNTS, max_size=6)


def counted(period):
    return {name: Counts(*counts) for name, counts in period.items()}


@cases("kitagawa")
def test_rate_and_mix_agree_with_the_reference(given, expected, tolerance):
    found = decompose(counted(given["period0"]), counted(given["period1"]))

    assert (found.before, found.now, found.change.points) == near(
        (expected["nps0"], expected["nps1"], expected["delta"]), tolerance
    )
    assert (found.rate, found.mix) == near((expected["rate_total"], expected["mix_total"]), tolerance)
    assert set(found.contributions) == set(expected["segments"])
    for name, segment in expected["segments"].items():
        part = found.contributions[name]
        assert (part.rate, part.mix) == near((segment["rate"], segment["mix"]), tolerance)
        assert (part.share_before, part.share_now) == near((segment["share0"], segment["share1"]), tolerance)
        assert (part.value_before, part.value_now) == near((segment["nps0"], segment["nps1"]), tolerance)


@forall(SEGMENTS, SEGMENTS)
def test_rates_and_mixes_add_up_to_the_change(before, now):
    found = decompose(before, now)

    if not sum(before.values(), Counts()).n or not sum(now.values(), Counts()).n:
        assert found is None
    else:
        assert found.rate + found.mix == near(found.now - found.before, ROUNDING)
        assert found.change.points == near(found.now - found.before, ROUNDING)


@forall(SEGMENTS, SEGMENTS)
def test_told_backwards_everything_changes_its_sign(before, now):
    found, backwards = decompose(before, now), decompose(now, before)

    if found:
        for name, part in found.contributions.items():
            mirrored = backwards.contributions[name]
            assert (mirrored.rate, mirrored.mix) == near((-part.rate, -part.mix), ROUNDING)


@forall(SEGMENTS, SEGMENTS)
def test_a_rate_and_a_mix_lie_within_what_is_possible(before, now):
    found = decompose(before, now)

    for part in found.contributions.values() if found else ():
        weight = (part.share_before + part.share_now) / 2
        assert abs(part.rate) <= 200 * weight + ROUNDING
        assert abs(part.mix) <= 200 * abs(part.share_now - part.share_before) + ROUNDING


def test_segments_that_came_or_went_are_all_mix():
    found = decompose(
        {"stays": Counts(50, 30, 20), "went": Counts(10, 0, 0), "silent": Counts()},
        {"stays": Counts(40, 40, 20), "came": Counts(0, 5, 15)},
    )

    assert set(found.contributions) == {"stays", "went", "came"}
    for name in ("went", "came"):
        part = found.contributions[name]
        assert part.rate == 0
        assert not part.is_in_both
        assert part.value_before == part.value_now
    assert found.contributions["came"].mix < 0


def test_the_change_of_one_segment_alone_is_all_rate():
    found = decompose({"all": Counts(50, 30, 20)}, {"all": Counts(20, 30, 50)})
    part = found.contributions["all"]

    assert (part.rate, part.mix) == (-60, 0)
    assert not found.is_noise


def test_shares_of_the_good_fall_apart_by_their_own_arithmetic():
    found = decompose(
        {"a": Counts(50, 0, 50), "b": Counts(90, 0, 10)}, {"a": Counts(100, 0, 100), "b": Counts(45, 0, 5)}, top_share
    )

    assert (found.before, found.now) == (70, 58)
    assert (found.rate, found.mix) == near((0, -12), ROUNDING)


def test_a_small_change_is_called_noise():
    assert decompose({"all": Counts(50, 30, 20)}, {"all": Counts(49, 30, 21)}).is_noise
