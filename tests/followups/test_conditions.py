"""Which playbook is chosen, on conditions alone; no database."""

from dataclasses import dataclass
from decimal import Decimal

import pytest

from followups.playbooks.conditions import Conditions, Traits, choose, marks, never_followed

NPS = marks(metrics=["nps"])
DETRACTORS = marks(category="detractor")
ANSWER = Traits(
    survey=1, metric="nps", score=3, product=7, amount=Decimal(500), topics=frozenset({4, 5}), segments=frozenset({9})
)


@dataclass(frozen=True)
class Placed:
    name: str
    conditions: Conditions


def placed(name, scores=DETRACTORS, **asked):
    return Placed(name, Conditions(scores, **asked))


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ({}, True),
        ({"survey": 1}, True),
        ({"survey": 2}, False),
        ({"products": frozenset({7, 8})}, True),
        ({"products": frozenset({8})}, False),
        ({"least": Decimal(500)}, True),
        ({"most": Decimal(500)}, True),
        ({"least": Decimal("500.01")}, False),
        ({"most": Decimal("499.99")}, False),
        ({"least": Decimal(100), "most": Decimal(900)}, True),
        ({"topics": frozenset({5, 6})}, True),
        ({"topics": frozenset({6})}, False),
        ({"segment": 9}, True),
        ({"segment": 8}, False),
        ({"survey": 1, "products": frozenset({7}), "least": Decimal(1), "topics": frozenset({4})}, True),
        ({"survey": 1, "products": frozenset({7}), "least": Decimal(1), "topics": frozenset({6})}, False),
    ],
)
def test_an_answer_fits_where_all_holds_that_is_asked(asked, fits):
    assert Conditions(NPS, **asked).fit(ANSWER) is fits


@pytest.mark.parametrize(
    "asked", [{"products": frozenset({7})}, {"least": Decimal(0)}, {"topics": frozenset({4})}, {"segment": 9}]
)
def test_an_answer_that_says_nothing_fits_nothing_that_asks(asked):
    assert Conditions(NPS).fit(Traits(1, "nps", 3))
    assert not Conditions(NPS, **asked).fit(Traits(1, "nps", 3))


@pytest.mark.parametrize(
    ("asked", "scores"),
    [
        ({"metrics": ["nps"], "category": "detractor"}, {("nps", score) for score in range(7)}),
        ({"metrics": ["nps"], "lowest": 2, "highest": 3}, {("nps", 2), ("nps", 3)}),
        ({"category": "detractor", "lowest": 6}, {("nps", 6)}),
        ({"metrics": ["csat"], "category": "detractor"}, set()),
        ({"category": "detractor", "lowest": 7}, set()),
        ({"metrics": ["csat"]}, {("csat", score) for score in range(1, 6)}),
    ],
)
def test_scores_are_of_the_metric_the_category_and_the_range(asked, scores):
    assert marks(**asked) == scores


def test_the_first_whose_conditions_hold_is_chosen():
    rules = [placed("other survey", survey=2), placed("product", products=frozenset({7})), placed("all")]

    assert choose(rules, ANSWER).name == "product"
    assert choose(rules, Traits(2, "nps", 3, product=7)).name == "other survey"
    assert choose(rules, Traits(1, "nps", 3)).name == "all"
    assert choose(rules, Traits(1, "nps", 9)) is None
    assert choose([], ANSWER) is None


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ({"survey": 1}, {"survey": 1}, True),
        ({"survey": 1}, {"survey": 2}, False),
        ({"survey": 1}, {}, True),
        ({"products": frozenset({1, 2})}, {"products": frozenset({2, 3})}, True),
        ({"products": frozenset({1})}, {"products": frozenset({2})}, False),
        ({"most": Decimal(5)}, {"least": Decimal(5)}, True),
        ({"most": Decimal(5)}, {"least": Decimal(6)}, False),
        ({"topics": frozenset({1})}, {"topics": frozenset({2})}, True),
        ({"segment": 1}, {"segment": 2}, True),
    ],
)
def test_two_meet_where_one_answer_may_fit_both(one, other, meet):
    assert Conditions(NPS, **one).meets(Conditions(NPS, **other)) is meet
    assert Conditions(NPS, **other).meets(Conditions(NPS, **one)) is meet


def test_those_of_other_scores_never_meet():
    assert not Conditions(DETRACTORS).meets(Conditions(marks(category="promoter")))


@pytest.mark.parametrize(
    ("earlier", "last"),
    [
        ([{}], {"survey": 1}),
        ([{"survey": 1}], {"survey": 1, "products": frozenset({7})}),
        ([{"products": frozenset({7})}, {"products": frozenset({8})}], {"products": frozenset({7, 8})}),
        ([{"most": Decimal(99)}, {"least": Decimal("99.01")}], {"least": Decimal(10), "most": Decimal(200)}),
        ([{"most": Decimal(150)}, {"least": Decimal(100)}], {"least": Decimal(10)}),
        ([{"topics": frozenset({1, 2})}], {"topics": frozenset({1})}),
        ([{"segment": 1}], {"segment": 1, "survey": 1}),
    ],
)
def test_what_others_take_wholly_is_never_followed(earlier, last):
    rules = [*(placed(str(asked), **asked) for asked in earlier), placed("last", **last)]

    assert [rule.name for rule in never_followed(rules)] == ["last"]


@pytest.mark.parametrize(
    ("earlier", "last"),
    [
        ([{"survey": 1}], {}),
        ([{"survey": 1}, {"survey": 2}], {"products": frozenset({7})}),
        ([{"products": frozenset({7})}], {"products": frozenset({7, 8})}),
        ([{"products": frozenset({7})}], {"topics": frozenset({1})}),
        ([{"most": Decimal(99)}, {"least": Decimal("99.02")}], {"least": Decimal(10), "most": Decimal(200)}),
        ([{"most": Decimal(150)}, {"least": Decimal(100)}], {}),
        ([{"topics": frozenset({1})}], {"topics": frozenset({1, 2})}),
        ([{"segment": 1}], {}),
        ([{"segment": 1}], {"segment": 2}),
        ([], {}),
    ],
)
def test_what_others_leave_anything_of_is_followed(earlier, last):
    rules = [*(placed(str(asked), **asked) for asked in earlier), placed("last", **last)]

    assert "last" not in [rule.name for rule in never_followed(rules)]


def test_several_ranges_of_scores_together_may_take_a_category():
    low, high = marks(metrics=["nps"], lowest=0, highest=3), marks(metrics=["nps"], lowest=4, highest=6)

    assert [rule.name for rule in never_followed([placed("low", low), placed("all"), placed("high", high)])] == ["high"]
    assert [rule.name for rule in never_followed([placed("low", low), placed("high", high), placed("all")])] == ["all"]


def test_an_empty_range_is_empty():
    assert Conditions(frozenset()).is_empty
    assert Conditions(NPS, least=Decimal(2), most=Decimal(1)).is_empty
    assert not Conditions(NPS, least=Decimal(2), most=Decimal(2)).is_empty
