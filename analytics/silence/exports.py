"""The tables of the page as files: every row, numbers unrounded, columns by names for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from analytics import spread
from analytics.counts import FEW, Counts
from analytics.dashboard.exports import DIGITS, ExportedTable
from analytics.dashboard.filters import Lists
from analytics.delay_curve import AGES
from analytics.silence import tipping_point, traits, weights
from analytics.silence.asked import Asked
from analytics.silence.study import SilenceStudy
from analytics.silence.tipping_point import Reach
from analytics.spread import Answers

_RATES = (
    "id", "name", "asked", "answered", "response_rate", "rate_low", "rate_high", "value", "low", "high", "weight",
)  # fmt: skip
TABLES: dict[str, tuple[str, ...]] = {
    "segments": _RATES,
    "media": _RATES,
    "assumptions": ("assumption", "value", "low", "high", "effective_answers", "is_enough"),
    "weights": ("trait", "value", "low", "high", "effective_answers", "answers", "is_enough"),
    "tipping": ("goal", "silent", "apart", "reach"),
    "late": ("answered_by", "answers", "value", "low", "high"),
    "delays": ("days", "asked", "answered", "share"),
}


def table(found: SilenceStudy, key: str, lists: Lists, goal: float | None) -> ExportedTable:
    """Return one of the TABLES: in points or per cent; fewer than five people or answers are only counted.

    A number whose weights leave too few answers in effect is not told.
    """
    rows: dict[str, Callable[[], Iterable[list[Any]]]] = {
        "segments": lambda: _rates(found, found.traits[0], lists),
        "media": lambda: _rates(found, "medium", lists),
        "assumptions": lambda: _assumptions(found),
        "weights": lambda: _weights(found),
        "tipping": lambda: _tipping(found, goal),
        "late": lambda: _late(found),
        "delays": lambda: _delays(found),
    }
    return ExportedTable(TABLES[key], [[_rounded(cell) for cell in row] for row in rows[key]()])


def _rates(found: SilenceStudy, trait: str, lists: Lists) -> Iterator[list[Any]]:
    known, weighted = traits.names(trait, lists), found.by_trait.get(trait)
    each = weighted.weights if weighted else {}
    others = each.get(weights.OTHERS)
    for key, asked in sorted(found.people.by_trait[trait].items(), key=lambda one: (-one[1].number, str(one[0]))):
        yield [key or None, traits.named(trait, key, known) or None, *_rate(found, asked), each.get(key, others)]


def _rate(found: SilenceStudy, asked: Asked) -> list[Any]:
    between = asked.rate.interval
    ends = (between.low, between.high) if between else (None, None)
    return [asked.number, asked.answers.n, asked.rate.share, *ends, *_number(found, asked.answers)]


def _assumptions(found: SilenceStudy) -> Iterator[list[Any]]:
    for one in found.scenarios:
        told = [one.value, one.interval.low, one.interval.high] if one.is_enough else [None] * 3
        yield [one.assumption.value, *told, one.effective, "yes" if one.is_enough else "no"]


def _weights(found: SilenceStudy) -> Iterator[list[Any]]:
    for trait, one in found.by_trait.items():
        if one:
            between = weights.interval(one, found.answers)
            told = [one.points, between.low, between.high] if one.is_enough else [None] * 3
            yield [trait, *told, one.effective, one.answers, "yes" if one.is_enough else "no"]


def _tipping(found: SilenceStudy, goal: float | None) -> Iterator[list[Any]]:
    for one in tipping_point.points(found.silence, goal) if found.silence else ():
        turns = one.reach is Reach.TURNS
        yield [one.goal, one.silent if turns else None, one.apart if turns else None, one.reach.value]


def _late(found: SilenceStudy) -> Iterator[list[Any]]:
    for name, counts in (("early", found.people.early), ("late", found.people.late)):
        yield [name, counts.n, *_number(found, counts)]


def _number(found: SilenceStudy, counts: Counts) -> list[float | None]:
    """Return a number and the ends of its interval; nothing of fewer than five answers."""
    interval = spread.interval(found.arithmetic, Answers(counts, found.answers.spread)) if counts.n >= FEW else None
    return [found.arithmetic.value(counts), interval.low, interval.high] if interval else [None] * 3


def _delays(found: SilenceStudy) -> Iterator[list[Any]]:
    if curve := found.delays.curve:
        for days, answered in zip(AGES, curve.answered, strict=True):
            yield [days, curve.asked, answered, 100 * answered / curve.asked]


def _rounded(value: Any) -> Any:
    return round(value, DIGITS) if isinstance(value, float) else value
