from hypothesis import given as forall
from hypothesis import strategies as st

from analytics.counts import ENOUGH
from analytics.drivers.features import MOST_VALUES, OTHERS, BadTally, chosen

TALLIES = st.dictionaries(
    st.integers(0, 40),
    st.integers(1, 120).flatmap(lambda answers: st.builds(BadTally, st.just(answers), st.integers(0, answers))),
    max_size=25,
)


@forall(TALLIES)
def test_every_answer_is_told_as_one_value_at_most_and_none_is_lost(tallies):
    found = chosen(tallies)

    if found is None:
        assert all(tally.answers < ENOUGH for tally in tallies.values())
        return
    told = [tallies[found.usual], *(tallies[value] for value in found.told), found.others]
    assert sum(tally.answers for tally in told) == sum(tally.answers for tally in tallies.values())
    assert sum(tally.bad for tally in told) == sum(tally.bad for tally in tallies.values())
    assert 1 + len(found.told) + found.number_of_others == len(tallies)
    assert all(len(found.told_as(value)) <= 1 for value in tallies)


@forall(TALLIES)
def test_nothing_is_told_of_fewer_than_thirty_nor_of_more_than_twelve_values(tallies):
    found = chosen(tallies)

    if found:
        assert 1 + len(found.told) <= MOST_VALUES
        assert all(tallies[value].answers >= ENOUGH for value in (found.usual, *found.told))
        assert tallies[found.usual].answers == max(tally.answers for tally in tallies.values())
        assert found.tells_others is (found.others.answers >= ENOUGH)
        assert found.told_as(found.usual) == ()


def test_small_values_stand_together_where_together_they_are_thirty():
    found = chosen({1: BadTally(50, 5), 2: BadTally(40, 4), 3: BadTally(20, 2), 4: BadTally(10, 1)})

    assert (found.usual, list(found.told), found.others, found.number_of_others) == (1, [2], BadTally(30, 3), 2)
    assert (found.told_as(2), found.told_as(3), found.told_as(99)) == ((2,), (OTHERS,), (OTHERS,))


def test_too_few_others_are_told_as_nothing():
    found = chosen({1: BadTally(50, 5), 3: BadTally(20, 2)})

    assert not found.is_told
    assert found.told_as(3) == ()


def test_of_nothing_nothing_is_chosen():
    assert chosen({}) is None
    assert BadTally().share is None
