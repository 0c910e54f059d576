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
    """Yield the parts and the shares; amounts and shares are empty where the page does not tell them."""
    sums, is_shown = report.growth.sums, report.growth.is_shown
    revenue, knows = sums.revenue, report.growth.knows_recommendations
    parts = [
        ("start", revenue.start, sums.at_start),
        ("expansion", revenue.expansion, None),
        ("contraction", revenue.contraction, None),
        ("churn", revenue.churn, sums.at_start - sums.kept),
        *([("earned_new", revenue.earned, None)] if knows else []),
        ("other_new", revenue.bought, None),
    ]
    shares = [
        ("net_retention", revenue.net_retention),
        ("gross_retention", revenue.gross_retention),
        ("accounts_kept", sums.customers_kept),
        *([("earned_growth", revenue.earned_growth)] if knows else []),
        ("total_growth", revenue.total_growth),
    ]
    for name, amount, accounts in parts:
        yield name, amount if is_shown else None, accounts, report.currency
    for name, share in shares:
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
