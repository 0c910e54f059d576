"""What became of customers who answered twice, as its page prints it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from analytics import top_share
from analytics.counts import ENOUGH, FEW, Counts
from analytics.dashboard import numbers, words
from analytics.dashboard.words import Words
from analytics.estimates import Interval
from analytics.formulas.recovery import ENOUGH_PER_ARM, Arm
from analytics.recovery.study import Draw, SecondAnswers
from surveys.metrics import Metric


@dataclass(frozen=True, slots=True)
class TransitionCell:
    """Of those of a row so many answered so the next time; the share is empty of fewer than five."""

    number: str
    share: str
    is_same: bool


@dataclass(frozen=True, slots=True)
class TransitionLine:
    """Those of one tier of the first answer, by the tier of the second."""

    name: str
    n: str
    is_few: bool
    cells: list[TransitionCell]


@dataclass(frozen=True, slots=True)
class SideLine:
    """Those who were called, or were not: how many, and their mean scores."""

    is_called: bool
    customers: str
    first: str
    second: str
    change: str


@dataclass(frozen=True, slots=True)
class DrawWords:
    """Both halves of an order that was drawn by lot; `effect` is None with too few on either side."""

    earlier: str
    later: str
    contacted_earlier: str
    contacted_later: str
    effect: EffectWords | None


@dataclass(frozen=True, slots=True)
class EffectWords:
    """A difference in scores as it is printed, with its interval where there is one."""

    points: str
    low: str
    high: str
    is_sure: bool


def contents(found: SecondAnswers, query: QueryDict) -> dict[str, Any]:
    """Return everything that the template prints."""
    named, bad = words.of(found.metric), found.transitions.detractors
    recovered = found.transitions.recovered_interval if bad.n >= FEW else None
    return {
        "words": named,
        "customers": numbers.thousands(found.customers),
        "is_empty": not found.customers,
        "lines": _lines(found, named),
        "change": _change(found),
        "bad_n": numbers.thousands(bad.n),
        "recovered": numbers.percent(found.transitions.recovered, 0) if recovered else "",
        "recovered_low": numbers.percent(recovered.low, 0) if recovered else "",
        "recovered_high": numbers.percent(recovered.high, 0) if recovered else "",
        "bad_first": numbers.points(found.bad.first) if found.bad else "",
        "bad_second": numbers.points(found.bad.second) if found.bad else "",
        "expected": numbers.points(found.expected) if found.expected is not None else "",
        "arms": [_arm(arm, is_called=is_called) for is_called, arm in ((True, found.called), (False, found.others))],
        "per_arm": ENOUGH_PER_ARM,
        **_after_recovery(found.after_recovery),
        "query": query.urlencode(),
        **_effects(found),
    }


def _after_recovery(second: Counts) -> dict[str, str]:
    """Return how many of those who were asked again after recovery are bad no more; no share of fewer than five."""
    better = second.n - second.bad
    interval = top_share.of_share(better, second.n) if second.n >= FEW else None
    return {
        "again_n": numbers.thousands(second.n) if second.n else "",
        "again_better": numbers.thousands(better),
        "again_share": numbers.percent(100 * better / second.n, 0) if interval else "",
        "again_low": numbers.percent(interval.low, 0) if interval else "",
        "again_high": numbers.percent(interval.high, 0) if interval else "",
    }


def _effects(found: SecondAnswers) -> dict[str, Any]:
    """Return what is said of calling: nothing with fewer than 30 on either side."""
    plain, matched = found.effect, found.matched
    return {
        "effect": effect_words(plain.points, plain.interval) if plain and plain.is_enough else None,
        "naive": numbers.signed(plain.naive) if plain else "",
        "matched": effect_words(matched.points, matched.interval) if matched and matched.is_enough else None,
        "matched_called": numbers.thousands(matched.called) if matched else "",
        "matched_others": numbers.thousands(matched.others) if matched else "",
        "draw": _drawn(found.draw) if found.draw else None,
    }


def _drawn(draw: Draw) -> DrawWords:
    effect = draw.effect
    return DrawWords(
        earlier=numbers.thousands(draw.earlier.n),
        later=numbers.thousands(draw.later.n),
        contacted_earlier=numbers.thousands(draw.earlier.contacted),
        contacted_later=numbers.thousands(draw.later.contacted),
        effect=effect_words(effect.points, effect.interval) if effect and effect.is_enough else None,
    )


def _lines(found: SecondAnswers, named: Words) -> list[TransitionLine]:
    tiers = found.transitions
    rows = [(named.good, tiers.promoters), (named.middle, tiers.passives), (named.bad, tiers.detractors)]
    return [
        TransitionLine(
            name=name,
            n=numbers.thousands(counts.n),
            is_few=counts.n < ENOUGH,
            cells=[_cell(counts, number, is_same=place == row) for place, number in enumerate(_numbers(counts))],
        )
        for row, (name, counts) in enumerate(rows)
    ]


def _numbers(counts: Counts) -> tuple[int, int, int]:
    return counts.good, counts.middle, counts.bad


def _cell(counts: Counts, number: int, *, is_same: bool) -> TransitionCell:
    share = numbers.percent(counts.share(number), 0) if counts.n >= FEW else ""
    return TransitionCell(numbers.thousands(number), share, is_same)


def _change(found: SecondAnswers) -> EffectWords | None:
    """Return how far the second NPS lies above the first; None of another metric, or of fewer than 30 customers."""
    difference = found.transitions.change
    if found.metric != Metric.NPS.value or difference is None or found.customers < ENOUGH:
        return None
    return effect_words(difference.points, difference.interval)


def effect_words(points: float, interval: Interval | None) -> EffectWords:
    return EffectWords(
        points=numbers.signed(points),
        low=numbers.signed(interval.low if interval else None),
        high=numbers.signed(interval.high if interval else None),
        is_sure=interval is not None and (interval.low > 0 or interval.high < 0),
    )


def _arm(arm: Arm | None, *, is_called: bool) -> SideLine:
    is_shown = arm is not None and arm.n >= ENOUGH_PER_ARM
    return SideLine(
        is_called=is_called,
        customers=numbers.thousands(arm.n if arm else 0),
        first=numbers.points(arm.first if arm and is_shown else None),
        second=numbers.points(arm.second if arm and is_shown else None),
        change=numbers.signed(arm.change if arm and is_shown else None),
    )
