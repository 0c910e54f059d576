"""What the page of a change prints: sentences, a waterfall, and a table whose numbers lead to their answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.counts import Counts, Sample
from analytics.dashboard import answer_links, numbers, points, words
from analytics.dashboard.report import Report
from analytics.dashboard.row_pages import page_of
from analytics.estimates import Difference
from analytics.explorer.forms import MAY_MISS
from analytics.unit import Unit
from analytics.verdicts import Change
from analytics.why import segments, waterfall
from analytics.why.explanation import Explanation, SegmentPart
from analytics.why.pools import Key
from analytics.why.segments import Names
from analytics.why.waterfall import Move

# The table as its page is addressed.
KEY = "segments"
# What is chosen among the answers by the very word that the answers carry.
OWN_NAMES = ("campaign", "region", "size_band", "industry")


@dataclass(frozen=True, slots=True)
class PartWords:
    """A rate or a mix as it is printed; `sign`: ▲, ▼ or nothing, where it is sure."""

    points: str
    low: str
    high: str
    change: str

    @property
    def is_sure(self) -> bool:
        return self.change in (Change.UP.value, Change.DOWN.value)


@dataclass(frozen=True, slots=True)
class SideWords:
    """A segment in one period: its number, its answers with the way to them, and its share."""

    value: str
    answers: str
    url: str
    share: str


@dataclass(frozen=True, slots=True)
class SegmentLine:
    name: str
    is_few: bool
    before: SideWords
    now: SideWords
    rate: PartWords
    mix: PartWords
    points: str


def contents(
    report: Report, found: Explanation | None, dimension: str, names: Names, query: QueryDict
) -> dict[str, Any]:
    """Return everything that the template prints of the change of a report; `found` is None where nothing may be."""
    named, selection = words.of(report.selection.metric), report.selection
    page: dict[str, Any] = {
        "report": report,
        "words": named,
        "dimension": segments.titles()[dimension],
        "explanation": found,
        "before_name": points.period_name(selection.before),
        "now_name": points.period_name(selection.period),
        "answers_url": answer_links.of_page(selection, query),
        "before_url": answer_links.of_days(selection, query, selection.before),
    }
    if found is None or found.is_noise:
        return page
    printed = _Printed(report, dimension, names, query, found.number_of_others)
    pages = page_of(found.parts, lambda part: printed.name(part.key), query, KEY)
    chief = found.chief
    return page | {
        "together": {"rate": _part(found.together.rate), "mix": _part(found.together.mix)},
        "lines": [printed.line(part) for part in pages.rows],
        "pages": pages,
        "chief": printed.line(chief) if chief else None,
        "is_judged": report.change is not Change.OPEN,
        "waterfalls": _waterfalls(report, found, printed),
    }


def _waterfalls(report: Report, found: Explanation, printed: _Printed) -> list[tuple[str, waterfall.Waterfall]]:
    moves = [Move(printed.name(part.key), part.contribution.rate, part.contribution.mix) for part in found.parts]
    rest = len(moves) - waterfall.MOST_STEPS + 1
    moves = waterfall.chief_moves(moves, ngettext("%(n)d more", "%(n)d more", rest) % {"n": rest})
    ends = (_("Before"), report.before.value or 0.0), (_("Now"), report.now.value or 0.0)
    sheets = (("wide", waterfall.WIDE), ("narrow", waterfall.NARROW))
    return [(size, waterfall.waterfall(*ends, moves, sheet)) for size, sheet in sheets]


class _Printed:
    """The segments of one page, as they are printed."""

    def __init__(self, report: Report, dimension: str, names: Names, query: QueryDict, number_of_others: int) -> None:
        self.report = report
        self.dimension = dimension
        self.names = names
        self.query = query
        self.others = number_of_others
        self.words = words.of(report.selection.metric)

    def name(self, key: Key | None) -> str:
        if key is None:
            return ngettext("%(n)d other", "%(n)d others", self.others) % {"n": self.others}
        if key == "":
            return _("Not known")
        return self.names.get(key) or (str(key) if self.dimension in OWN_NAMES else f"#{key}")

    def line(self, part: SegmentPart) -> SegmentLine:
        selection, own = self.report.selection, part.contribution
        chosen = self._chosen(part.key)
        before = answer_links.of_days(selection, self.query, selection.before, **chosen) if chosen else ""
        now = answer_links.of_page(selection, self.query, **chosen) if chosen else ""
        return SegmentLine(
            name=self.name(part.key),
            is_few=Sample.FEW in (part.before.sample, part.now.sample),
            before=self._side(part.before, own.value_before, own.share_before, before),
            now=self._side(part.now, own.value_now, own.share_now, now),
            rate=_part(part.errors.rate, part.rate_change),
            mix=_part(part.errors.mix, part.mix_change),
            points=numbers.signed(part.points),
        )

    def _side(self, counts: Counts, value: float, share: float, url: str) -> SideWords:
        is_shown = counts.sample in (Sample.FEW, Sample.ENOUGH)
        return SideWords(
            value=self.words.value(value if is_shown else None),
            answers=numbers.thousands(counts.n),
            url=url if counts.n else "",
            share=numbers.percent(100 * share),
        )

    def _chosen(self, key: Key | None) -> dict[str, str]:
        """Return the filter that leaves the answers of a segment; nothing where there is none."""
        if key == "" and self.dimension in MAY_MISS:
            return answer_links.without(self.dimension)
        return {self.dimension: str(key)} if self._can_be_chosen(key) else {}

    def _can_be_chosen(self, key: Key | None) -> bool:
        """Whether the list of answers can be held to just this segment.

        Of one survey among several about the relationship it would count other answers as the latest.
        """
        if not key:
            return False
        if self.dimension == "survey" and self.report.selection.unit is not Unit.ANSWERS:
            return self.report.selection.surveys == (key,)
        return key in self.names or self.dimension in OWN_NAMES


def _part(found: Difference, change: Change = Change.OPEN) -> PartWords:
    return PartWords(
        numbers.signed(found.points),
        numbers.signed(found.interval.low),
        numbers.signed(found.interval.high),
        change.value,
    )
