"""The page of money as its template needs it: sentences, rows with their links, and a bar of the revenue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from analytics.counts import ENOUGH
from analytics.dashboard import answer_links, numbers, whiskers, words
from analytics.dashboard.report import Figures
from analytics.dashboard.score_bars import STACK, Part
from analytics.dashboard.whiskers import Axis, Whisker
from analytics.dashboard.words import Words
from analytics.estimates import Interval
from analytics.formulas.accounts import ByRevenue
from analytics.money import band_words, sentences
from analytics.money.amounts import AmountRow
from analytics.money.heard import HeardAccounts
from analytics.money.report import MoneyReport
from analytics.money.revenue_growth import RevenueGrowth
from analytics.topics.page import LinkedCount, Ranged
from surveys.metrics import Tier

# Fewer equal accounts than this carry a number by revenue: one large customer is one opinion.
FEW_EFFECTIVE = 5


@dataclass(frozen=True, slots=True)
class WayLine:
    """The same answers counted in another way, and what each counts by."""

    name: str
    counted: str
    number: Ranged
    whisker: Whisker | None


@dataclass(frozen=True, slots=True)
class AmountLine:
    name: str
    answers: LinkedCount
    number: Ranged
    whisker: Whisker | None
    is_few: bool


@dataclass(frozen=True, slots=True)
class GrowthLine:
    name: str
    amount: str
    accounts: str


def contents(report: MoneyReport, query: QueryDict) -> dict[str, Any]:
    """Return everything that the template prints of a report."""
    named = words.of(report.selection.metric)
    everything = answer_links.of_page(report.selection, query)
    return {
        "report": report,
        "words": named,
        "unit": words.of_unit(report.selection.unit),
        "all": LinkedCount(report.answers.n, everything),
        "ways": _ways(report, named),
        "coverage": _coverage(report.heard),
        "revenue": _revenue(report, named),
        "few_effective": _rests_on_few(report.heard),
        "gap": _gap(report.heard),
        "amounts": _amounts(report, named, everything),
        **sentences.of_afterwards(report.afterwards, report.selection, query, report.currency),
        "growth": _growth(report.growth, report.currency),
        "left_out": {"year": report.left_out, "growth": report.growth.left_out},
    }


def _ways(report: MoneyReport, named: Words) -> list[WayLine]:
    found = report.heard
    shown = [
        (_("Each answer counts once"), numbers.thousands(report.answers.n), _of_answers(report.answers)),
        (_("Each account counts once"), numbers.thousands(len(found.accounts)), _of_accounts(found.each_once)),
        (
            _("Each account counts by its purchases"),
            numbers.thousands(found.buying),
            _of_accounts(found.weighted),
        ),
    ]
    axis = whiskers.axis_of([interval for _name, _n, (_value, interval) in shown if interval], None)
    return [WayLine(name, counted, *_drawn(value, interval, named, axis)) for name, counted, (value, interval) in shown]


Told = tuple[float | None, Interval | None]


def _of_answers(figures: Figures) -> Told:
    return (figures.value, figures.interval) if figures.is_shown else (None, None)


def _of_accounts(found: ByRevenue | None) -> Told:
    return (found.points, found.interval) if found else (None, None)


def _drawn(value: float | None, interval: Interval | None, named: Words, axis: Axis) -> tuple[Ranged, Whisker | None]:
    if value is None or interval is None:
        return Ranged(named.value(value)), None
    ends = (numbers.points(interval.low, 0), numbers.points(interval.high, 0))
    return Ranged(named.value(value), *ends), whiskers.strip(interval, value, axis)


def _coverage(found: HeardAccounts) -> dict[str, str] | None:
    """Return how much of the revenue has an answer; None where nothing was bought."""
    share = found.coverage
    if share is None:
        return None
    return {
        "share": numbers.percent(100 * share),
        "heard": numbers.thousands(found.buying),
        "buying": numbers.thousands(found.buying + found.silent),
    }


def _revenue(report: MoneyReport, named: Words) -> dict[str, Any]:
    """Return the revenue by what accounts say: a bar, and its parts with names; empty where nothing was bought."""
    found, whole = report.heard.revenue_by_tier, report.heard.revenue
    if not whole:
        return {}
    titles = {Tier.GOOD: named.good, Tier.MIDDLE: named.middle, Tier.BAD: named.bad, None: _("No answer")}
    bar, lines, x = [], [], 0.0
    for tier, title in titles.items():
        name, share = (tier.value if tier else "silent"), found[tier] / whole
        bar.append(Part(name, round(x, 1), round(STACK * share, 1)))
        lines.append((name, title, numbers.percent(100 * share), numbers.money(found[tier], report.currency)))
        x += STACK * share
    return {"bar": bar, "lines": lines, "whole": numbers.money(whole, report.currency)}


def _rests_on_few(found: HeardAccounts) -> str:
    """Return how many equal accounts the number by revenue is worth where they are few, else ""."""
    weighted = found.weighted
    return numbers.points(weighted.effective) if weighted and weighted.effective < FEW_EFFECTIVE else ""


def _gap(found: HeardAccounts) -> dict[str, Any]:
    """Return whether those that bring more say something else than those that bring less, as far as it can be told."""
    if found.buying < ENOUGH or found.gap is None:
        return {"verdict": "too_few", "accounts": numbers.thousands(found.buying)}
    interval = found.gap.interval
    verdict = sentences.said(found.gap.points, found.gap.p)
    ends = (numbers.signed(interval.low), numbers.signed(interval.high))
    return {"verdict": verdict, "number": Ranged(numbers.signed(found.gap.points), *ends)}


def _amounts(report: MoneyReport, named: Words, everything: str) -> list[AmountLine]:
    ends = [row.figures.interval for row in report.amounts if row.figures.is_shown and row.figures.interval]
    axis = whiskers.axis_of(ends, report.answers.value if report.answers.is_shown else None)
    return [_amount(row, named, everything, axis, report.currency) for row in report.amounts]


def _amount(row: AmountRow, named: Words, everything: str, axis: Axis, currency: str) -> AmountLine:
    figures = row.figures
    return AmountLine(
        name=band_words.name(row.band, currency) if row.band else _("Not known"),
        answers=LinkedCount(figures.n, answer_links.narrowed(everything, **band_words.filters(row.band))),
        number=_drawn(*_of_answers(figures), named, axis)[0],
        whisker=whiskers.whisker(figures, axis),
        is_few=figures.is_few or not figures.is_shown,
    )


def _growth(found: RevenueGrowth, currency: str) -> dict[str, Any]:
    revenue, sums = found.sums.revenue, found.sums
    lines = [
        (_("Bought in the period before"), revenue.start, sums.at_start),
        (_("More by the same accounts"), revenue.expansion, None),
        (_("Less by the same accounts"), -revenue.contraction, None),
        (_("Lost: bought nothing more"), -revenue.churn, sums.at_start - sums.kept),
        *([(_("New by recommendation"), revenue.earned, None)] if found.knows_recommendations else []),
        (_("Other new ones, and those that came back"), revenue.bought, None),
    ]
    shares = [
        ("nrr", _("NRR"), revenue.net_retention),
        ("grr", _("GRR"), revenue.gross_retention),
        ("kept", _("Accounts kept"), sums.customers_kept),
        ("earned", _("Earned growth"), revenue.earned_growth if found.knows_recommendations else None),
    ]
    return {
        "found": found,
        "lines": [
            GrowthLine(name, numbers.money(value, currency), "" if number is None else numbers.thousands(number))
            for name, value, number in lines
        ],
        "shares": [(key, name, numbers.percent(None if share is None else 100 * share)) for key, name, share in shares],
        "returned": numbers.thousands(sums.returned),
        "returned_revenue": numbers.money(sums.returned_revenue, currency),
    }
