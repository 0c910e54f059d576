"""The crossing as its page prints it: rows and columns with their names, cells with their numbers, ways and shades."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from analytics import spread
from analytics.arithmetic import ARITHMETIC
from analytics.crossed.cells import NOBODY, Crossing
from analytics.crossed.facts import Fact
from analytics.dashboard import numbers, whiskers, words
from analytics.dashboard.report import Figures
from analytics.dashboard.row_pages import RowPage, page_of
from analytics.dashboard.whiskers import Axis, Whisker
from analytics.explorer.forms import LATEST_OF_ALL, MAY_MISS

MOST_COLUMNS = 12
# The table as its page is addressed.
KEY = "crossed"
# So far from the number of all answers, in points or per cent, a cell is shaded stronger.
STRONG, STRONGER = 15, 30


@dataclass(frozen=True, slots=True)
class CrossedCell:
    """One number: `shade` from −3 to 3, 0 unless it differs from all answers by more than chance explains."""

    figures: Figures
    value: str
    low: str
    high: str
    answers: str
    url: str
    shade: int

    @property
    def tone(self) -> str:
        """How it is shaded, as its style is called."""
        return f"{'good' if self.shade > 0 else 'bad'}-{abs(self.shade)}" if self.shade else ""


@dataclass(frozen=True, slots=True)
class CrossedLine:
    """A row: its value, what it is called, its own figures and those of its cells in the order of the columns."""

    value: str
    name: str
    whole: CrossedCell
    cells: list[CrossedCell]
    whisker: Whisker | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """One of those side by side: its difference to the first, with its interval, empty for the first itself."""

    name: str
    cell: CrossedCell
    good: str
    middle: str
    bad: str
    difference: str
    low: str
    high: str
    is_clear: bool


@dataclass(frozen=True, slots=True)
class Ways:
    """From a cell to its answers: the filters of the page, and what is chosen beside them."""

    kept: Mapping[str, str]

    def to(self, *chosen: tuple[Fact, str]) -> str:
        """Return the address of the answers that have these values; "" where two of them are not known."""
        more: dict[str, str] = {}
        for fact, value in chosen:
            if value == NOBODY and ("without" in {**self.kept, **more} or fact.name not in MAY_MISS):
                return ""
            more |= {fact.name: value} if value != NOBODY else {"without": fact.name}
            if fact.is_of_surveys and "latest" in self.kept and "survey" not in self.kept:
                more["latest"] = LATEST_OF_ALL
        return f"{reverse('answers')}?{urlencode({**self.kept, **more})}"


@dataclass(frozen=True, slots=True)
class CrossedTable:
    """Everything that the page prints."""

    first: Fact
    second: Fact | None
    columns: list[tuple[str, CrossedCell]]
    lines: list[CrossedLine]
    whole: CrossedCell
    pages: RowPage[str]
    hidden_columns: int
    # So many cells could have been shaded.
    compared: int
    segments: list[Segment]
    # Rows side by side that are on other pages.
    chosen_elsewhere: list[str]


def lay_out(
    crossing: Crossing,
    first: Fact,
    second: Fact | None,
    metric: str,
    ways: Ways,
    chosen: list[str],
    query: QueryDict,
) -> CrossedTable:
    """Return the table, the largest rows and columns first unless they have an order of their own.

    `query` says which page of the rows; `chosen` are the rows that stand side by side, on whichever page they are.
    """
    drawn = _Drawing(metric, crossing.whole, ways)
    pages = page_of(ordered(first, crossing.rows), lambda value: named(first, value), query, KEY)
    columns = ordered(second, crossing.columns) if second else []
    shown_columns = columns[:MOST_COLUMNS]
    axis = whiskers.axis([crossing.rows[value] for value in pages.rows], crossing.whole)
    lines = [
        _line(value, crossing, first, second, shown_columns, drawn, axis, is_chosen=value in chosen)
        for value in pages.rows
    ]
    cells = [cell for line in lines for cell in (line.cells or [line.whole])]
    return CrossedTable(
        first=first,
        second=second,
        columns=[
            (named(second, value), drawn.cell(crossing.columns[value], (second, value)))
            for value in shown_columns
            if second
        ],
        lines=lines,
        whole=drawn.cell(crossing.whole),
        pages=pages,
        hidden_columns=len(columns) - len(shown_columns),
        compared=sum(cell.figures.is_enough for cell in cells),
        segments=_segments(crossing, first, metric, drawn, [value for value in chosen if value in crossing.rows]),
        chosen_elsewhere=[value for value in chosen if value not in pages.rows],
    )


def named(fact: Fact, value: str) -> str:
    """Return what a value of a fact is called; those without a name here by what they are."""
    if value == NOBODY:
        return _("not known")
    unnamed = f"#{value}" if fact.path.endswith("_id") else value
    return fact.names().get(value) or unnamed


@dataclass(frozen=True, slots=True)
class _Drawing:
    metric: str
    whole: Figures
    ways: Ways

    def cell(self, figures: Figures, *chosen: tuple[Fact, str]) -> CrossedCell:
        interval = figures.interval if figures.is_shown else None
        return CrossedCell(
            figures=figures,
            value=words.of(self.metric).value(figures.value if figures.is_shown else None, 0),
            low=numbers.points(interval.low if interval else None, 0),
            high=numbers.points(interval.high if interval else None, 0),
            answers=numbers.thousands(figures.n),
            url=self.ways.to(*chosen) if figures.n else "",
            shade=self._shade(figures) if chosen else 0,
        )

    def _shade(self, figures: Figures) -> int:
        interval, value, of_all = figures.interval, figures.value, self.whole.value
        if not figures.is_enough or interval is None or value is None or of_all is None:
            return 0
        if interval.low <= of_all <= interval.high:
            return 0
        distance = abs(value - of_all)
        strength = 1 + (distance >= STRONG) + (distance >= STRONGER)
        return strength if value > of_all else -strength


def _line(
    value: str, crossing: Crossing, first: Fact, second: Fact | None, columns: list[str], drawn: _Drawing, axis: Axis,
    *, is_chosen: bool,
) -> CrossedLine:  # fmt: skip
    none = Figures(drawn.metric)
    cells = [
        drawn.cell(crossing.cells.get((value, column), none), (first, value), (second, column))
        for column in columns
        if second
    ]
    figures = crossing.rows[value]
    return CrossedLine(
        value,
        named(first, value),
        drawn.cell(figures, (first, value)),
        cells,
        whiskers.whisker(figures, axis),
        is_chosen,
    )


def ordered(fact: Fact, found: Mapping[str, Figures]) -> list[str]:
    """Return the values of a fact in the order of a table, what is not known last."""
    names = list(fact.names())
    if fact.is_ordered:
        places = {value: place for place, value in enumerate(names)}
        return sorted(found, key=lambda value: (value == NOBODY, places.get(value, len(places)), value))
    return sorted(found, key=lambda value: (value == NOBODY, -found[value].n, value))


def _segments(crossing: Crossing, first: Fact, metric: str, drawn: _Drawing, chosen: list[str]) -> list[Segment]:
    if len(chosen) < 2:
        return []
    against = crossing.rows[chosen[0]]
    return [
        _segment(value, crossing.rows[value], first, metric, drawn, None if value == chosen[0] else against)
        for value in chosen
    ]


def _segment(
    value: str, figures: Figures, first: Fact, metric: str, drawn: _Drawing, against: Figures | None
) -> Segment:
    is_told = against is not None and figures.is_enough and against.is_enough
    difference = (
        spread.difference(ARITHMETIC[metric], figures.answers, against.answers) if is_told and against else None
    )
    shown = figures if figures.is_shown else Figures(metric)
    return Segment(
        name=named(first, value),
        cell=drawn.cell(figures, (first, value)),
        good=numbers.percent(shown.good, 0),
        middle=numbers.percent(shown.middle, 0),
        bad=numbers.percent(shown.bad, 0),
        difference=numbers.signed(difference.points if difference else None),
        low=numbers.signed(difference.interval.low if difference else None, 0),
        high=numbers.signed(difference.interval.high if difference else None, 0),
        is_clear=difference is not None and (difference.interval.low > 0 or difference.interval.high < 0),
    )
