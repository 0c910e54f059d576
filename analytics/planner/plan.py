"""What is planned: what was typed, else what the past tells, else what is assumed, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from analytics.arithmetic import Arithmetic
from analytics.counts import ENOUGH, Counts
from analytics.planner import history
from analytics.planner.history import NOTHING, Events, Past
from analytics.planner.outlook import (
    ASSUMED_RATE,
    Outlook,
    Shares,
    answers_a_month_after_events,
    answers_in_turn,
    answers_until,
    months_until,
    outlook,
)
from analytics.silence.asked import NOBODY
from analytics.why.pools import Key

USUAL_MONTHS = 3
# Periods that are compared, and how often a customer is asked, in months; shares that are asked, in per cent.
PERIODS = CADENCES = (1, 3, 6, 12)
SHARES = (25, 50, 75, 100)
# So many answers, whoever gives them.
ANSWERS = (10, 20, 40, 100, 200, 400, 1000)
DIFFERENCES = (5, 10, 20, 30)


class Basis(Enum):
    TYPED = "typed"
    MEASURED = "measured"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class PlannedValue:
    """A number, and what it rests on."""

    number: float
    basis: Basis


@dataclass(frozen=True, slots=True)
class SegmentOutlook:
    """What is seen of one segment: `periods` are one, three and twelve months."""

    key: Key
    events_a_month: float | None
    answers_a_month: float
    customers: int
    shares: Shares
    periods: tuple[Outlook, ...]
    months: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is reckoned with. `events` are None where nothing is known that one could ask about.

    `share` of them is asked and `rate` of these answers, in per cent; `answers` come a month, None where that cannot be
    told. `months`: how long a period is. `customers` are None where it is not known how many there are.
    """

    arithmetic: Arithmetic
    shares: Shares
    events: float | None
    share: PlannedValue
    rate: PlannedValue
    answers: PlannedValue | None
    months: int
    customers: PlannedValue | None

    @property
    def people(self) -> int | None:
        return int(self.customers.number) if self.customers else None

    def of_months(self, months: int) -> Outlook | None:
        return self.of(self.answers.number * months) if self.answers else None

    def of(self, answers: float, *, in_all: bool = True) -> Outlook:
        """Return what some answers let one see; `in_all`: of all customers, not of a segment of them."""
        return outlook(answers, self.shares, self.arithmetic, self.people if in_all else None)

    def after_events(self, share: float, months: int) -> Outlook | None:
        """Return what some months let one see if that share were asked, in per cent."""
        if self.events is None:
            return None
        return self.of(months * answers_a_month_after_events(self.events, share, self.rate.number))

    def in_turn(self, share: float, cadence: int) -> Outlook | None:
        """Return what a period lets one see where that share of the customers is asked every `cadence` months."""
        if self.customers is None:
            return None
        return self.of(answers_in_turn(self.customers.number, share, self.rate.number, cadence, self.months))

    @property
    def needed(self) -> list[tuple[int, int, int | None]]:
        """Of each difference: how many answers each of two periods needs, and how many months these take."""
        lines = []
        for points in DIFFERENCES:
            answers = answers_until(points, self.shares)
            months = months_until(points, self.shares, self.answers.number) if self.answers else None
            lines.append((points, answers, months))
        return lines


def plan(past: Past, typed: Mapping[str, Any], arithmetic: Arithmetic) -> Plan:
    """Return the plan of a past and of what was typed by the names of the form."""
    events = history.a_month(past.events.number, past.happened)
    share, rate = _share(past, typed, events), _rate(past, typed)
    return Plan(
        arithmetic=arithmetic,
        shares=Shares.of(past.answers, arithmetic),
        events=events or None,
        share=share,
        rate=rate,
        answers=_answers(past, typed, events, share, rate),
        months=typed.get("months", USUAL_MONTHS),
        customers=_customers(past, typed),
    )


def _share(past: Past, typed: Mapping[str, Any], events: float | None) -> PlannedValue:
    if "share" in typed:
        return PlannedValue(typed["share"], Basis.TYPED)
    asked = history.a_month(past.people.together.number, past.asked)
    if events and asked:
        return PlannedValue(min(100.0, 100 * asked / events), Basis.MEASURED)
    return PlannedValue(100.0, Basis.ASSUMED)


def _rate(past: Past, typed: Mapping[str, Any]) -> PlannedValue:
    if "rate" in typed:
        return PlannedValue(typed["rate"], Basis.TYPED)
    if past.rate is not None and past.people.together.number >= ENOUGH:
        return PlannedValue(past.rate, Basis.MEASURED)
    return PlannedValue(ASSUMED_RATE, Basis.ASSUMED)


def _answers(
    past: Past, typed: Mapping[str, Any], events: float | None, share: PlannedValue, rate: PlannedValue
) -> PlannedValue | None:
    if "answers" in typed:
        return PlannedValue(float(typed["answers"]), Basis.TYPED)
    is_measured = {share.basis, rate.basis} == {Basis.MEASURED} or (not events and rate.basis is Basis.MEASURED)
    measured = history.a_month(past.answers.n, past.asked)
    if is_measured and measured is not None:
        return PlannedValue(measured, Basis.MEASURED)
    if not events:
        return None
    basis = Basis.TYPED if Basis.TYPED in (share.basis, rate.basis) else Basis.ASSUMED
    return PlannedValue(answers_a_month_after_events(events, share.number, rate.number), basis)


def _customers(past: Past, typed: Mapping[str, Any]) -> PlannedValue | None:
    if "customers" in typed:
        return PlannedValue(typed["customers"], Basis.TYPED)
    return PlannedValue(past.events.customers, Basis.MEASURED) if past.events.customers else None


def segments(past: Past, found: Plan, segment: str, most: int | None = None) -> list[SegmentOutlook]:
    """Return what is seen of each segment, that with the most answers first; of `most` of them, or all.

    The answers of the plan fall to them as they did in the past, or before 30 answers as the events do. Empty where no
    answers are planned.
    """
    if found.answers is None:
        return []
    answered = past.people.by_trait[segment]
    events = {key: past.events_by.get(key, NOTHING) for key in {**past.events_by, **answered}}
    counts = {key: answered.get(key, NOBODY).answers for key in events}
    is_by_answers = past.answers.n >= ENOUGH
    parts = {key: counts[key].n if is_by_answers else events[key].number for key in events}
    total = sum(parts.values()) or 1
    order = sorted(events, key=lambda key: (-parts[key], -events[key].number, str(key)))
    return [
        _segment(found, key, found.answers.number * parts[key] / total, counts[key], events[key], past)
        for key in order[:most]
    ]


def _segment(
    found: Plan, key: Key, answers_a_month: float, counts: Counts, events: Events, past: Past
) -> SegmentOutlook:
    shares = Shares.of(counts, found.arithmetic)
    shares = shares if shares.is_measured else found.shares
    return SegmentOutlook(
        key=key,
        events_a_month=history.a_month(events.number, past.happened),
        answers_a_month=answers_a_month,
        customers=events.customers,
        shares=shares,
        periods=tuple(
            outlook(answers_a_month * months, shares, found.arithmetic, events.customers or None)
            for months in (1, 3, 12)
        ),
        months=months_until(20, shares, answers_a_month),
    )
