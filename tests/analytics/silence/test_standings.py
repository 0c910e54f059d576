import random

from analytics.counts import Counts
from analytics.silence.asked import NOBODY, Asked, AskedPeople
from analytics.silence.standings import standings
from analytics.verdicts import Change


def people(**by_trait):
    """Those asked, by (asked, answered) of each value of each trait; all traits hold the same people."""
    told = {
        trait: {key: Asked(asked, Counts(answered)) for key, (asked, answered) in values.items()}
        for trait, values in by_trait.items()
    }
    first = next(iter(told.values()))
    return AskedPeople(sum(first.values(), NOBODY), told, {}, {})


def test_a_rate_stands_apart_from_those_of_all_others():
    found = standings(people(team={1: (200, 80), 2: (200, 30), 3: (200, 32)}), ["team"])

    assert found == {("team", 1): Change.UP, ("team", 2): Change.DOWN, ("team", 3): Change.DOWN}


def test_fewer_than_thirty_on_either_side_are_not_judged():
    found = standings(people(team={1: (29, 29), 2: (300, 3)}), ["team"])

    assert found == {("team", 1): Change.TOO_FEW, ("team", 2): Change.TOO_FEW}


def test_of_many_rows_that_differ_in_nothing_a_page_in_ten_marks_one_at_most():
    drawn = random.Random(3)

    def rows(number):
        return {key: (60, sum(drawn.random() < 0.25 for _one in range(60))) for key in range(number)}

    marked = 0
    for _page in range(200):
        segments = rows(20)
        found = standings(people(team=segments, medium={"email": segments[0]}), ["team", "medium"])
        marked += any(change in (Change.UP, Change.DOWN) for change in found.values())

    assert marked <= 20
