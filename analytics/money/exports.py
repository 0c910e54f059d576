"""The tables of the page of money as files: names of columns for programs, amounts in the company's own currency."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from analytics.dashboard.exports import DIGITS, NUMBERS, ExportedTable, numbers
from analytics.files import Row
from analytics.formulas.accounts import ByRevenue
from analytics.money.report import MoneyReport

WAYS = ("way", "metric", "value", "low", "high", "answers", "accounts", "effective_accounts", "revenue", "currency")
AMOUNTS = ("amount_from", "amount_below", "currency", "metric", *NUMBERS[:7])
AFTERWARDS = (
    "tier", "days", "accounts", "bought_again", "share", "low", "high", "purchases_per_account", "median_amount",
    "currency",
)  # fmt: skip
GROWTH = ("what", "value", "accounts", "currency")


def table(report: MoneyReport, key: str) -> ExportedTable:
    """Return one of the TABLES of the page; of fewer than five answers or accounts there are only counts."""
    names, rows = TABLES[key]
    return ExportedTable(names, [tuple(_rounded(value) for value in row) for row in rows(report)])


def _ways(report: MoneyReport) -> Iterable[Row]:
    found, metric = report.heard, report.selection.metric
    value, low, high, *_counts = numbers(report.answers)
    yield "answers", metric, value, low, high, found.counts.n, len(found.accounts), None, None, None
    yield "accounts", metric, *_number(found.each_once), found.counts.n, len(found.accounts), None, None, None
    weighted = found.weighted
    heard = found.revenue - found.silent_revenue
    effective = weighted.effective if weighted else None
    yield "revenue", metric, *_number(weighted), None, found.buying, effective, heard, report.currency
    yield "silent", metric, None, None, None, 0, found.silent, None, found.silent_revenue, report.currency


def _amounts(report: MoneyReport) -> Iterable[Row]:
    for row in report.amounts:
        low, high = (row.band.low, row.band.high) if row.band else (None, None)
        currency = report.currency if row.band else None
        yield low, high, currency, report.selection.metric, *numbers(row.figures)[:7]


def _afterwards(report: MoneyReport) -> Iterable[Row]:
    found = report.afterwards
    for tier, row in found.tiers.items():
        interval = row.retained.interval if row.is_shown else None
        told = (
            (row.retained.rate, interval.low if interval else None, interval.high if interval else None)
            if row.is_shown
            else (None, None, None)
        )
        amounts = (row.frequency, row.amount) if row.is_shown else (None, None)
        yield tier.value, found.days, row.accounts, row.retained.kept, *told, *amounts, report.currency


def _growth(report: MoneyReport) -> Iterable[Row]:
    sums, currency = report.growth.sums, report.currency
    revenue, is_shown = sums.revenue, report.growth.is_shown
    yield "start", revenue.start, sums.at_start, currency
    yield "expansion", revenue.expansion, None, currency
    yield "contraction", revenue.contraction, None, currency
    yield "churn", revenue.churn, sums.at_start - sums.kept, currency
    if report.growth.knows_recommendations:
        yield "earned_new", revenue.earned, None, currency
    yield "other_new", revenue.bought, None, currency
    shares = {"net_retention": revenue.net_retention, "gross_retention": revenue.gross_retention}
    if report.growth.knows_recommendations:
        shares["earned_growth"] = revenue.earned_growth
    for name, share in {**shares, "total_growth": revenue.total_growth}.items():
        yield name, None if share is None or not is_shown else 100 * share, None, "%"


def _number(found: ByRevenue | None) -> tuple[float | None, float | None, float | None]:
    if found is None:
        return None, None, None
    interval = found.interval
    return found.points, interval.low if interval else None, interval.high if interval else None


def _rounded(value: Any) -> Any:
    return round(value, DIGITS) if isinstance(value, float) else value


# By what a table is called in addresses: its columns, and its rows of a report.
TABLES: dict[str, tuple[tuple[str, ...], Callable[[MoneyReport], Iterable[Row]]]] = {
    "ways": (WAYS, _ways),
    "amounts": (AMOUNTS, _amounts),
    "afterwards": (AFTERWARDS, _afterwards),
    "growth": (GROWTH, _growth),
}
