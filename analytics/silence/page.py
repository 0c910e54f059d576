"""What the page of the silent prints: sentences, ranges, tables of rates and weights, and the curve of answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from analytics import spread
from analytics.counts import ENOUGH, FEW, Counts
from analytics.dashboard import numbers, words
from analytics.dashboard.filters import Lists
from analytics.delay_curve import AGES, DAYS
from analytics.estimates import Interval
from analytics.explorer.forms import MAY_MISS
from analytics.silence import assumptions, ranges, rising_curve, tipping_point, traits, weights
from analytics.silence.asked import Asked
from analytics.silence.links import answers_of_asked
from analytics.silence.ranges import NamedRange
from analytics.silence.standings import standings
from analytics.silence.study import Assumption, Scenario, SilenceStudy
from analytics.spread import Answers
from analytics.verdicts import Change
from analytics.why.pools import Key
from analytics.why.segments import Names

# A table begins with this many rows; the rest is a click away.
ROWS = 25
ALL = "segments"
# From here on it would be printed as all of them.
ALL_IN = 99.5
STANDS = {Change.UP: "up", Change.DOWN: "down"}
# Bands in which no number is more likely than another.
OPEN = (Assumption.PLAUSIBLE, Assumption.NOTHING)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval as both are printed."""

    value: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class ScenarioLine:
    """An assumption, what the number of all is under it, and whether its weights leave answers enough."""

    name: str
    reason: str
    estimate: Estimate
    effective: str
    is_enough: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class RateLine:
    """Those of a segment who were asked; `stands`: up or down where the rate lies off that of all others surely."""

    name: str
    asked: str
    answered: str
    url: str
    rate: Estimate
    is_few: bool
    stands: str
    number: Estimate
    weight: str


@dataclass(frozen=True, slots=True)
class WeightLine:
    name: str
    estimate: Estimate
    effective: str
    answers: str
    is_enough: bool


@dataclass(frozen=True, slots=True)
class TippingLine:
    goal: str
    silent: str
    apart: str
    is_worse: bool
    reach: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Side:
    """Those who answered early, or late."""

    answers: str
    url: str
    number: Estimate


def contents(found: SilenceStudy, goal: float | None, lists: Lists, today: date, query: QueryDict) -> dict[str, Any]:
    """Return everything that the template prints of a study."""
    printed = _Printed(found, lists, today, query)
    everybody, metric = found.people.together, words.of(found.selection.metric)
    page = {
        "selection": found.selection,
        "words": metric,
        "everybody": printed.rate_line("", everybody, printed.url()),
        "together": everybody,
        "silent": numbers.thousands(everybody.silent),
        "silent_share": numbers.percent(100 * everybody.silent / everybody.number if everybody.number else None, 0),
        "is_shown": found.silence is not None,
        "segment_title": dict(traits.titles((found.traits[0],)))[found.traits[0]],
        "other_title": dict(traits.titles((found.traits[1],)))[found.traits[1]],
        "rates": printed.rates(found.traits[0], None if query.get("all") == ALL else ROWS),
        "media": printed.rates("medium"),
        "hidden": 0 if query.get("all") == ALL else max(0, len(found.people.by_trait[found.traits[0]]) - ROWS),
        "all_url": f"?{urlencode({**query.dict(), 'all': ALL})}#segments",
        "is_weighted": found.traits[0] in found.by_trait and found.by_trait[found.traits[0]] is not None,
        **_delays(found),
    }
    if found.silence is None:
        return page
    points = tipping_point.points(found.silence, goal)
    chief = tipping_point.told(points, found.value or 0.0)
    return page | {
        "scenarios": [printed.scenario(one) for one in found.scenarios],
        "ranges": printed.ranges(),
        "tipping": [printed.tipping(one) for one in points],
        "chief": printed.tipping(chief) if chief else None,
        "bounds": printed.estimate(None, found.silence.bounds),
        "plausible": printed.estimate(None, found.silence.plausible),
        "early": printed.side("early", found.people.early),
        "late": printed.side("late", found.people.late),
        "apart": printed.apart(),
        "weights": printed.weights(),
    }


def _delays(found: SilenceStudy) -> dict[str, Any]:
    delays, curve = found.delays, found.delays.curve
    lines = []
    for days, answered in zip(AGES, curve.answered, strict=True) if curve else ():
        share, of_all = 100 * answered / curve.asked, 100 * answered / curve.answered[-1]  # type: ignore[union-attr]
        lines.append((days, numbers.thousands(answered), numbers.percent(share), numbers.percent(of_all, 0)))
    forecast = delays.forecast
    return {
        "curve": curve,
        "curve_lines": lines,
        "curves": [
            ("wide", rising_curve.rising(curve, rising_curve.WIDE)),
            ("narrow", rising_curve.rising(curve, rising_curve.NARROW)),
        ]
        if curve
        else [],
        "young": delays.young,
        "rested_on": delays.rested_on,
        "forecast": Estimate(
            numbers.percent(forecast.rate),
            numbers.percent(forecast.interval.low),
            numbers.percent(forecast.interval.high),
        )
        if forecast
        else None,
        "share_in": numbers.percent(forecast.share_in, 0) if forecast and forecast.share_in < ALL_IN else "",
        "days": DAYS,
    }


class _Printed:
    """The numbers of one page, as they are printed."""

    def __init__(self, found: SilenceStudy, lists: Lists, today: date, query: QueryDict) -> None:
        self.found = found
        self.lists = lists
        self.today = today
        self.query = query
        self.words = words.of(found.selection.metric)
        self.standings = standings(found.people, (found.traits[0], "medium"))

    def estimate(self, value: float | None, interval: Interval | None) -> Estimate:
        ends = (interval.low, interval.high) if interval else (None, None)
        return Estimate(self.words.value(value), *(self.words.value(end) for end in ends))

    def scenario(self, one: Scenario) -> ScenarioLine:
        name, reason = assumptions.told(one.assumption, self.found.traits)
        told = self.estimate(one.value, one.interval) if one.is_enough else self.estimate(None, None)
        effective = "" if one.effective is None else numbers.thousands(round(one.effective))
        return ScenarioLine(name, reason, told, effective, one.is_enough, one.assumption in OPEN)

    def ranges(self) -> list[tuple[str, ranges.RangeChart]]:
        rows = [
            NamedRange(
                assumptions.told(one.assumption, self.found.traits)[0], one.interval, one.value, one.assumption in OPEN
            )
            for one in self.found.scenarios
            if one.is_enough
        ]
        sheets = (("wide", ranges.WIDE), ("narrow", ranges.NARROW))
        return [(size, drawn) for size, sheet in sheets if (drawn := ranges.ranges(rows, sheet))]

    def rates(self, trait: str, most: int | None = None) -> list[RateLine]:
        """Return the lines of a trait, whoever was asked most first; `most` of them, or all."""
        known, weighted = traits.names(trait, self.lists), self.found.by_trait.get(trait)
        each = weighted.weights if weighted else {}
        rows = sorted(self.found.people.by_trait[trait].items(), key=lambda one: (-one[1].number, str(one[0])))
        return [
            self.rate_line(
                traits.named(trait, key, known) or _("Not known"),
                asked,
                self._way(trait, key, known),
                each.get(key, each.get(weights.OTHERS)),
                STANDS.get(self.standings[trait, key], ""),
            )
            for key, asked in rows[:most]
        ]

    def rate_line(self, name: str, asked: Asked, url: str, weight: float | None = None, stands: str = "") -> RateLine:
        rate, interval = asked.rate, asked.rate.interval
        ends = (interval.low, interval.high) if interval else (None, None)
        return RateLine(
            name=name,
            asked=numbers.thousands(asked.number),
            answered=numbers.thousands(asked.answers.n),
            url=url if asked.answers.n else "",
            rate=Estimate(numbers.percent(rate.share), *(numbers.percent(end, 0) for end in ends)),
            is_few=asked.number < ENOUGH,
            stands=stands,
            number=self.number(asked.answers),
            weight=numbers.points(weight, 2),
        )

    def side(self, name: str, counts: Counts) -> Side:
        return Side(numbers.thousands(counts.n), self.url(answered=name) if counts.n else "", self.number(counts))

    def number(self, counts: Counts) -> Estimate:
        """Return the number of some answers with its interval; dashes where there are fewer than five."""
        if counts.n < FEW:
            return self.estimate(None, None)
        arithmetic = self.found.arithmetic
        answers = Answers(counts, self.found.answers.spread)
        return self.estimate(arithmetic.value(counts), spread.interval(arithmetic, answers))

    def apart(self) -> dict[str, Any] | None:
        """Return how far the late lie above the early, and whether that may be called sure."""
        found = self.found.late_less_early
        if found is None:
            return None
        return {
            "points": numbers.signed(found.points),
            "low": numbers.signed(found.interval.low),
            "high": numbers.signed(found.interval.high),
            "is_clear": self.found.is_closed and not found.interval.holds_zero,
            "is_lower": found.points < 0,
        }

    def tipping(self, one: tipping_point.TippingPoint) -> TippingLine:
        return TippingLine(
            goal=self.words.value(one.goal, 0 if one.goal == round(one.goal) else 1),
            silent=self.words.value(one.silent),
            apart=numbers.points(abs(one.apart)),
            is_worse=one.apart < 0,
            reach=one.reach.value,
            is_chosen=one.is_chosen,
        )

    def weights(self) -> list[WeightLine]:
        lines = []
        for trait, found in self.found.by_trait.items():
            if found is None:
                continue
            interval = weights.interval(found, self.found.answers) if found.is_enough else None
            lines.append(
                WeightLine(
                    name=dict(traits.titles((trait,)))[trait],
                    estimate=self.estimate(found.points if found.is_enough else None, interval),
                    effective=numbers.thousands(round(found.effective)),
                    answers=numbers.thousands(found.answers),
                    is_enough=found.is_enough,
                )
            )
        return lines

    def url(self, **more: str) -> str:
        return answers_of_asked(self.found.selection, self.query, self.today, **more)

    def _way(self, trait: str, key: Key, known: Names) -> str:
        if not key:
            return self.url(without=trait) if trait in MAY_MISS else ""
        return self.url(**{trait: str(key)}) if traits.is_to_choose(trait, key, known) else ""
