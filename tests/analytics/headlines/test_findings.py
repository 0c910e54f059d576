"""What stands out of companies that are drawn: the planted ones by name, and of quiet ones nothing."""

import random
from collections import Counter
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from analytics.clusters import STRANGERS
from analytics.dashboard.report import told
from analytics.headlines import findings
from analytics.models import Dimension
from analytics.periods import Granularity, Period
from analytics.rollups.cells import Cell, Selection

SCORES = (10, 8, 3)
USUAL = (58, 29, 13)
BAD = (25, 25, 50)
SIZES = {
    Dimension.MANAGER: (16, 14, 13, 12, 11, 10, 8, 7, 5, 4),
    Dimension.CHANNEL: (30, 20, 18, 24, 8),
    Dimension.PRODUCT: (26, 30, 12, 14, 9, 8, 11),
}
NAMES = {name: {number: f"{name} {number}" for number in range(1, len(sizes) + 1)} for name, sizes in SIZES.items()}
MONTHS = Period(date(2026, 5, 1), date(2026, 11, 1))
SELECTION = Selection(period=MONTHS, before=MONTHS.previous, zone=ZoneInfo("UTC"), granularity=Granularity.QUARTER)


class Strangers:
    def of(self, dimension, member, *, is_current, answers):
        return STRANGERS

    def of_point(self, start, *, answers):
        return STRANGERS


def company(dice, answers, *, bad=None, weak=None, sizes_now=None):
    """Draw the report of a company: (dimension, member) `bad` is bad now, `weak` always; `sizes_now`: shares now."""
    counted = Counter()
    for is_current in (True, False):
        sizes = {**SIZES, **(sizes_now or {})} if is_current else SIZES
        members = {name: dice.choices(range(1, len(size) + 1), size, k=answers) for name, size in sizes.items()}
        for place in range(answers):
            facts = {name: drawn[place] for name, drawn in members.items()}
            is_bad = any(one and facts[one[0]] == one[1] for one in (weak, bad if is_current else None))
            (score,) = dice.choices(SCORES, BAD if is_bad else USUAL)
            counted["all", 0, is_current, score] += 1
            for name, member in facts.items():
                counted[name.value, member, is_current, score] += 1
    return told(SELECTION, list(cells(counted)), Strangers(), NAMES, date(2026, 11, 26), date(2020, 1, 1))


def cells(counted):
    for (dimension, member, is_current, score), count in counted.items():
        by_score = tuple(count if each == score else 0 for each in range(11))
        bucket = MONTHS.start if dimension == "all" and is_current else None
        yield Cell(dimension, member, is_current, bucket, by_score, 0, 0, 0)


@pytest.mark.parametrize("answers", [200, 800])
def test_of_quiet_companies_nine_in_ten_have_nothing_that_stands_out(answers):
    dice, pages = random.Random(21), 120

    false = sum(findings.of(company(dice, answers)).are_there for _page in range(pages))

    # Three standard errors of so few pages are allowed for.
    assert false / pages <= 0.10 + 3 * (0.10 * 0.90 / pages) ** 0.5


def test_shares_that_change_while_all_are_alike_are_no_news():
    dice, pages = random.Random(22), 60
    grown = {Dimension.PRODUCT: (10, 20, 40, 14, 9, 8, 11)}

    found = [findings.of(company(dice, 800, sizes_now=grown)).shift for _page in range(pages)]

    assert sum(shift is not None for shift in found) <= 3


@pytest.mark.parametrize("who", [(Dimension.MANAGER, 4), (Dimension.PRODUCT, 3)])
def test_one_that_became_bad_stands_first_by_name(who):
    dice = random.Random(23)
    found = [findings.of(company(dice, 800, bad=who)).problems for _page in range(30)]

    assert sum(bool(problems) and problems[0].row.name == NAMES[who[0]][who[1]] for problems in found) >= 29
    assert sum(bool(problems) and problems[0].row.is_below_the_rest for problems in found) >= 27
    assert all(problem.cost > 0 for problems in found for problem in problems)


def test_a_weak_channel_that_grew_is_named_with_what_it_goes_with():
    dice = random.Random(24)

    found = findings.of(
        company(dice, 800, weak=(Dimension.CHANNEL, 5), sizes_now={Dimension.CHANNEL: (30, 20, 18, 24, 50)})
    )

    assert found.shift.name == "channel 5"
    assert found.shift.part.errors.mix.interval.high < 0
    assert found.shift.part.contribution.share_now > 2 * found.shift.part.contribution.share_before


def test_a_page_that_may_not_be_judged_names_nobody():
    report = company(random.Random(25), 800, bad=(Dimension.PRODUCT, 3))
    early = told(SELECTION, [], Strangers(), NAMES, date(2026, 10, 26), None)

    assert findings.of(report).is_judged
    assert findings.of(early) == findings.Findings(is_judged=False, shift=None, problems=[])
