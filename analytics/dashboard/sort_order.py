"""The order of a breakdown. Rows with too few answers never lead it."""

from __future__ import annotations

from collections.abc import Callable

from analytics.dashboard.report import Figures, Row

USUAL = "-value"

KEYS: dict[str, Callable[[Row], float | str | None]] = {
    "name": lambda row: row.name.casefold() or None,
    "value": lambda row: row.now.value,
    "answers": lambda row: row.now.n,
    "good": lambda row: row.now.good,
    "middle": lambda row: row.now.middle,
    "bad": lambda row: row.now.bad,
    "rate": lambda row: row.now.rate,
    "change": lambda row: row.difference.points if row.difference else None,
}
# A change rests on both of its periods.
NEED_BOTH = {"change"}
# Ordered by these, a row of three answers would stand at the top or the bottom by chance.
NEED_ANSWERS = {"value", "good", "middle", "bad", "change"}


def column_of(order: str) -> str:
    """Return the column that an order such as “-nps” names; the usual one when it names none."""
    column = order.removeprefix("-")
    return column if column in KEYS else USUAL.removeprefix("-")


def is_descending(order: str) -> bool:
    return (order if order.removeprefix("-") in KEYS else USUAL).startswith("-")


def reversed_order(order: str, column: str) -> str:
    """Return the order that a click on `column` asks for: figures start with the largest, names with A."""
    if column_of(order) == column:
        return column if is_descending(order) else f"-{column}"
    return column if column == "name" else f"-{column}"


def ordered(rows: list[Row], order: str) -> list[Row]:
    """Return the rows in `order`: enough answers first, then few, then a handful; those without a value last."""
    column = column_of(order)
    key = KEYS[column]
    by_name = sorted(rows, key=lambda row: row.name.casefold())
    with_value = [row for row in by_name if key(row) is not None]
    without = [row for row in by_name if key(row) is None]
    with_value.sort(
        key=lambda row: key(row) or 0 if column != "name" else row.name.casefold(), reverse=is_descending(order)
    )
    if column in NEED_ANSWERS:
        with_value.sort(key=lambda row: max(_shortage(row.now), _shortage(row.before) if column in NEED_BOTH else 0))
    return with_value + without


def _shortage(figures: Figures) -> int:
    return 0 if figures.is_enough else 1 if figures.is_few else 2
