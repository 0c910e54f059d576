from hypothesis import given as forall
from hypothesis import strategies as st

from analytics.counts import FEW, Counts
from analytics.why.pools import pooled

SMALL = st.builds(Counts, *[st.integers(0, 4)] * 3)
SEGMENTS = st.dictionaries(st.integers(1, 12), SMALL, max_size=12)


def of(number):
    return Counts(number, 0, 0)


def test_segments_of_five_and_more_stand_alone_also_when_they_came_or_went():
    found = pooled({"stays": of(5), "went": of(9)}, {"stays": of(7), "came": of(6)})

    assert set(found.now) == {"stays", "went", "came"}
    assert found.others == frozenset()


def test_small_ones_are_put_together():
    found = pooled({"a": of(50), "b": of(4), "c": of(3)}, {"a": of(50), "b": of(40), "c": of(9)})

    assert found.others == {"b", "c"}
    assert (found.before[None], found.now[None]) == (of(7), of(49))


def test_a_few_answers_cannot_be_found_by_taking_the_others_from_the_whole():
    found = pooled({"a": of(50), "b": of(20), "c": of(3)}, {"a": of(50), "b": of(20), "c": of(9)})

    assert found.others == {"b", "c"}


@forall(SEGMENTS, SEGMENTS)
def test_no_number_is_told_of_one_to_four_answers_and_none_is_lost(before, now):
    found = pooled(before, now)

    for own, told in ((before, found.before), (now, found.now)):
        assert sum(own.values(), Counts()) == sum(told.values(), Counts())
        if len(told) > 1:
            assert not any(0 < counts.n < FEW for counts in told.values())
    assert len(found.others) != 1 or len(found.now) == 1
