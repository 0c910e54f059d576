"""What the fair comparison prints: one page of its table, and the funnel."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.folded import fold
from analytics.arithmetic import ARITHMETIC, Arithmetic
from analytics.dashboard import answer_links, numbers, whiskers, words
from analytics.dashboard.whiskers import Axis, Whisker
from analytics.estimates import Interval
from analytics.fairness import funnel
from analytics.fairness.comparison import Compared, Comparison
from analytics.rollups.cells import Selection
from analytics.why.pools import Key
from analytics.why.segments import Names

ROWS = 50
USUAL = "name"


@dataclass(frozen=True, slots=True)
class FairLine:
    """One manager or team; `standing`: up or down where it is sure."""

    name: str
    is_shown: bool
    is_few: bool
    answers: str
    url: str
    raw: str
    fair: str
    low: str
    high: str
    whisker: Whisker | None
    chance: str
    standing: str


@dataclass(frozen=True, slots=True)
class _Row:
    key: Key
    name: str
    compared: Compared


ORDERS: dict[str, Callable[[_Row], Any]] = {
    "name": lambda row: row.name.casefold(),
    "answers": lambda row: row.compared.counts.n,
    "fair": lambda row: row.compared.shrunk.points,
    "chance": lambda row: row.compared.shrunk.chance_above,
}
# Few answers never lead, nor a handful.
NEED_ANSWERS = ("fair", "chance")


def contents(
    selection: Selection, found: Comparison[Key] | None, who: str, names: Names, query: QueryDict
) -> dict[str, Any]:
    """Return everything that the template prints of a comparison; `found` is None where nobody has an answer."""
    named, arithmetic = words.of(selection.metric), ARITHMETIC[selection.metric]
    page: dict[str, Any] = {"selection": selection, "words": named, "who": who, "comparison": found}
    if found is None:
        return page
    wanted = fold(query.get("q", "")).strip()
    rows = [
        _Row(key, _name(key, names, who), compared)
        for key, compared in found.rows.items()
        if wanted in fold(_name(key, names, who))
    ]
    shown = Paginator(_ordered(rows, query.get("order", USUAL)), ROWS).get_page(query.get("page"))
    axis = _axis([row.compared for row in shown], found.ranking.total)
    return page | {
        "total": named.value(found.ranking.total),
        "weight": round(found.ranking.weight),
        "number": len(rows),
        "pages": shown,
        "lines": [_line(row, selection, who, names, axis, query) for row in shown],
        "columns": _columns(who, named.name, query),
        "previous_url": _link(query, page=str(shown.number - 1)) if shown.has_previous() else "",
        "next_url": _link(query, page=str(shown.number + 1)) if shown.has_next() else "",
        "funnels": _funnels(arithmetic, found, [(row.name, row.compared.counts) for row in shown]),
    }


def _name(key: Key, names: Names, who: str) -> str:
    if key == "":
        return _("No manager") if who == "manager" else _("No team")
    return names.get(key) or f"#{key}"


def _ordered(rows: list[_Row], order: str) -> list[_Row]:
    column = order.removeprefix("-")
    key = ORDERS.get(column, ORDERS[USUAL])
    rows = sorted(rows, key=ORDERS[USUAL])
    rows.sort(key=key, reverse=order.startswith("-") and column in ORDERS)
    if column in NEED_ANSWERS:
        rows.sort(key=lambda row: (not row.compared.is_shown, row.compared.is_few))
    return rows


def _columns(who: str, name: str, query: QueryDict) -> list[tuple[str, str, str, bool]]:
    """Return the headings that sort: title, address, present direction as aria-sort says it, whether it is numeric."""
    titles = {
        "name": _("Manager") if who == "manager" else _("Team"),
        "answers": _("Answers"),
        "fair": _("Fair %(name)s") % {"name": name},
        "chance": _("Chance of being better"),
    }
    present = query.get("order", USUAL)
    if present.removeprefix("-") not in ORDERS:
        present = USUAL
    found = []
    for column, title in titles.items():
        usual = column if column == USUAL else f"-{column}"
        reverse = {usual: usual.removeprefix("-") if usual.startswith("-") else f"-{usual}"}
        direction = (
            ("descending" if present.startswith("-") else "ascending") if present.removeprefix("-") == column else ""
        )
        found.append((title, _link(query, order=reverse.get(present, usual), page=""), direction, column != USUAL))
    return found


def _line(row: _Row, selection: Selection, who: str, names: Names, axis: Axis, query: QueryDict) -> FairLine:
    compared, named = row.compared, words.of(selection.metric)
    shrunk = compared.shrunk
    interval = shrunk.interval if compared.is_shown else None
    return FairLine(
        name=row.name,
        is_shown=compared.is_shown,
        is_few=compared.is_few,
        answers=numbers.thousands(compared.counts.n),
        url=_way(row.key, selection, who, names, query),
        raw=named.value(shrunk.raw if compared.is_shown else None),
        fair=named.value(shrunk.points if compared.is_shown else None),
        low=numbers.points(interval.low if interval else None, 0),
        high=numbers.points(interval.high if interval else None, 0),
        whisker=whiskers.strip(interval, shrunk.points, axis) if interval else None,
        chance=numbers.percent(100 * shrunk.chance_above if compared.is_shown else None, 0),
        standing=compared.standing.value,
    )


def _way(key: Key, selection: Selection, who: str, names: Names, query: QueryDict) -> str:
    """Return where the answers of a row are; "" where they are of somebody who cannot be chosen."""
    if key == "":
        return answer_links.of_page(selection, query, **answer_links.without(who))
    return answer_links.of_page(selection, query, **{who: str(key)}) if key in names else ""


def _axis(rows: Iterable[Compared], total: float) -> Axis:
    return whiskers.axis_of([row.shrunk.interval for row in rows if row.is_shown] or [Interval(0, 0)], total)


def _funnels(
    arithmetic: Arithmetic, found: Comparison[Key], named: list[tuple[str, Any]]
) -> list[tuple[str, funnel.FunnelPlot]]:
    groups = [row.counts for row in found.rows.values()]
    drawn = (
        (size, funnel.funnel(arithmetic, groups, named, found.design_effect, sheet))
        for size, sheet in (("wide", funnel.WIDE), ("narrow", funnel.NARROW))
    )
    return [(size, each) for size, each in drawn if each]


def _link(query: QueryDict, **changed: str) -> str:
    wanted = {name: value for name, value in {**query.dict(), **changed}.items() if value}
    return f"?{urlencode(wanted)}#compared"
