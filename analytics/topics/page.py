"""The page of topics as its template needs it: rows with their links, drawings with their words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from analytics.arithmetic import ARITHMETIC
from analytics.counts import FEW, Counts
from analytics.dashboard import answer_links, numbers, points, words
from analytics.dashboard.words import Words
from analytics.estimates import Interval
from analytics.explorer.forms import ANY_TOPIC, NO_TOPIC
from analytics.formulas.topics import Quadrant
from analytics.topics import matrix, quotes, remarks, telling_words, trend
from analytics.topics.priorities import Priority
from analytics.topics.report import TopicReport, TopicRow
from responses.models import Response
from responses.word_access import WordAccess
from surveys.metrics import Tier

# Of so many topics what customers wrote stands beside them.
QUOTED = 3


@dataclass(frozen=True, slots=True)
class LinkedCount:
    """A number of answers, and where they are."""

    number: int
    url: str


@dataclass(frozen=True, slots=True)
class Ranged:
    """A number with its interval, as it is printed; a dash where it is not."""

    value: str
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class TopicLine:
    name: str
    answers: LinkedCount
    # Remarks without a score that name it too; None where there are none.
    also: LinkedCount | None
    tiers: Sequence[tuple[str, LinkedCount]]
    is_enough: bool
    quadrant: str
    verdict: str
    share: str
    lost: Ranged
    gained: Ranged
    number: str
    gap: Ranged


@dataclass(frozen=True, slots=True)
class PriorityLine:
    """One entry of “fix first”: the place it has, what it costs, and what customers wrote."""

    place: str
    is_certain: bool
    slug: str
    name: str
    cost: Ranged
    gap: str
    share: str
    is_frequent: bool
    answers: LinkedCount
    worst: LinkedCount
    quotes: Sequence[Response]


@dataclass(frozen=True, slots=True)
class TrendLine:
    label: str
    said: LinkedCount
    counts: Sequence[LinkedCount]


class _Ways:
    """Ways from the numbers of a page to the answers that each counts."""

    def __init__(self, report: TopicReport, query: QueryDict) -> None:
        self.selection, self.query = report.selection, query
        self.everything = answer_links.of_page(report.selection, query)

    def to(self, number: int, **more: object) -> LinkedCount:
        return LinkedCount(number, answer_links.narrowed(self.everything, **more))

    def of_days(self, point: trend.TopicPoint, topic: int, number: int) -> LinkedCount:
        days = answer_links.of_days(self.selection, self.query, point.days)
        return LinkedCount(number, answer_links.narrowed(days, topic=topic))


def contents(report: TopicReport, query: QueryDict, access: WordAccess, also: Mapping[int, int]) -> dict[str, Any]:
    """Return everything that the template prints of a report, without the words that `access` hides.

    `also`: how many remarks without a score name each topic.
    """
    named, ways = words.of(report.selection.metric), _Ways(report, query)
    shown = [row.topic.pk for row in report.rows]
    sparks = trend.sparks(report.points, shown)
    arithmetic = ARITHMETIC[report.selection.metric]
    return {
        "report": report,
        "words": named,
        "unit": words.of_unit(report.selection.unit),
        "all": ways.to(report.total.n),
        "value": named.value(arithmetic.value(report.total) if report.total.n >= FEW else None),
        "said": ways.to(report.fix_first.said, topic=ANY_TOPIC),
        "comments": ways.to(report.comments, comment="yes"),
        "comments_without": ways.to(report.comments_without, comment="yes", topic=NO_TOPIC),
        "priorities": [_priority(each, report, named, ways, access) for each in report.fix_first.priorities],
        "lines": [_line(row, named, ways, also.get(row.topic.pk, 0)) for row in report.rows],
        "untagged": _untagged(report, named, ways),
        "matrices": [
            (size, drawn)
            for size, frame in (("wide", matrix.WIDE), ("narrow", matrix.NARROW))
            if (drawn := matrix.matrix(report.effects, report.topics, frame))
        ],
        "sparks": [(row.topic, sparks[row.topic.pk]) for row in report.rows],
        "trend_lines": _trend(report, shown, ways),
        "telling": _telling(report, named, ways, access),
        "verdicts": verdict_words(),
    }


def verdict_words() -> dict[str, str]:
    return {
        Quadrant.FIX_FIRST.value: _("fix first"),
        Quadrant.WATCH.value: _("watch"),
        Quadrant.KEEP.value: _("keep"),
        Quadrant.UNCLEAR.value: _("cannot tell"),
    }


def _line(row: TopicRow, named: Words, ways: _Ways, also: int) -> TopicLine:
    topic, impact, is_shown = row.topic.pk, row.impact, row.counts.n >= FEW
    quadrant = row.quadrant if row.is_enough else Quadrant.UNCLEAR
    gap = impact.gap if row.is_enough else None
    return TopicLine(
        name=str(row.topic),
        answers=ways.to(row.counts.n, topic=topic),
        also=LinkedCount(also, remarks.address(ways.selection, topic)) if also else None,
        tiers=_tiers(row.counts, named, ways, topic),
        is_enough=row.is_enough,
        quadrant=quadrant.value,
        verdict=verdict_words()[quadrant.value] if row.is_enough else "",
        share=numbers.percent(100 * impact.share if is_shown else None, 0),
        lost=_lost(row) if is_shown else Ranged(numbers.NOTHING),
        gained=_signed(row.gained.value, row.gained.interval) if is_shown else Ranged(numbers.NOTHING),
        number=named.value(impact.with_topic if is_shown else None, 0),
        gap=_signed(gap.points, gap.interval) if gap else Ranged(numbers.NOTHING),
    )


def _untagged(report: TopicReport, named: Words, ways: _Ways) -> TopicLine:
    lost, gained = report.without
    return TopicLine(
        name=_("No topic"),
        answers=ways.to(report.untagged.n, topic=NO_TOPIC),
        also=None,
        tiers=_tiers(report.untagged, named, ways, NO_TOPIC),
        is_enough=False,
        quadrant="",
        verdict="",
        share=numbers.NOTHING,
        lost=Ranged(numbers.signed(lost)),
        gained=Ranged(numbers.signed(gained)),
        number=named.value(ARITHMETIC[named.metric].value(report.untagged) if report.untagged.n >= FEW else None, 0),
        gap=Ranged(numbers.NOTHING),
    )


def _tiers(counts: Counts, named: Words, ways: _Ways, topic: int) -> list[tuple[str, LinkedCount]]:
    return [
        (tier.value, ways.to(getattr(counts, tier.value), topic=topic, category=named.categories[tier.value]))
        for tier in (Tier.GOOD, Tier.MIDDLE, Tier.BAD)
    ]


def _priority(priority: Priority, report: TopicReport, named: Words, ways: _Ways, access: WordAccess) -> PriorityLine:
    topic, impact, place = priority.topic.pk, priority.impact, priority.place
    worst = next(row.counts.bad for row in report.rows if row.topic.pk == topic)
    is_quoted = place.first <= QUOTED
    return PriorityLine(
        place=str(place.first) if place.is_certain else f"{place.first}–{place.last}",
        is_certain=place.is_certain,
        slug=priority.topic.slug,
        name=str(priority.topic),
        cost=_signed(priority.cost, priority.interval),
        gap=numbers.points(abs(impact.gap.points) if impact.gap else None, 0),
        share=numbers.percent(100 * impact.share, 0),
        is_frequent=priority.is_frequent,
        answers=ways.to(impact.mentions, topic=topic),
        worst=ways.to(worst, topic=topic, category=named.categories[Tier.BAD.value]),
        quotes=quotes.of_topic(report.selection, topic, Tier.BAD, access) if is_quoted else [],
    )


def _trend(report: TopicReport, shown: Sequence[int], ways: _Ways) -> list[TrendLine]:
    granularity = report.selection.granularity
    return [
        TrendLine(
            label=points.label(point.start, granularity),
            said=ways.of_days(point, ANY_TOPIC, point.said),
            counts=[ways.of_days(point, topic, point.by_topic[topic]) for topic in shown],
        )
        for point in report.points
    ]


def _telling(report: TopicReport, named: Words, ways: _Ways, access: WordAccess) -> dict[str, Any]:
    found = telling_words.of(report.selection, access)
    sides = {
        tier: [(each, ways.to(each.comments, q=each.word, category=named.categories[tier])) for each in told]
        for tier, told in (("bad", found.bad), ("good", found.good))
    }
    return {"found": found, **sides}


def _lost(row: TopicRow) -> Ranged:
    interval = row.lost.interval
    return _signed(-row.lost.value, Interval(-interval.high, -interval.low))


def _signed(value: float, interval: Interval) -> Ranged:
    return Ranged(numbers.signed(value), numbers.signed(interval.low), numbers.signed(interval.high))
