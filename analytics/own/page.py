"""What somebody's own page prints: their number, its course, what their customers name, and every answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.translation import gettext as _

from analytics.counts import FEW
from analytics.dashboard import charts, growth, labels, numbers, points, score_bars, tables, words
from analytics.dashboard.report import Report
from analytics.own import answers
from analytics.own.forms import OwnForm
from analytics.topics import tallies
from followups.models import Followup
from surveys.metrics import Tier

ROWS = 20


@dataclass(frozen=True, slots=True)
class OwnTopic:
    """A topic that answers name; `share` of those that name any, a dash where fewer than five do."""

    name: str
    number: int
    url: str
    share: str
    tiers: Sequence[tuple[str, int]]


def contents(form: OwnForm, report: Report, query: QueryDict) -> dict[str, Any]:
    """Return everything that the template prints of a valid form."""
    selection, person = report.selection, form.person
    named = words.of(selection.metric)
    category, topic = form.cleaned_data["category"], form.cleaned_data["topic"]
    shown = Paginator(answers.counted(selection, category, topic), ROWS).get_page(query.get("page"))
    names = points.names(report.points, selection.granularity)
    return {
        "report": report,
        "words": named,
        "unit": words.of_unit(selection.unit),
        "few": labels.few_answers(),
        "is_whole": selection.period.is_whole_months and selection.period.is_over(form.today),
        "closed_periods": tables.closed_periods(query),
        "trends": [
            (size, charts.trend(selection.metric, report.points, names, canvas))
            for size, canvas in (("wide", charts.WIDE), ("narrow", charts.NARROW))
        ],
        "point_lines": points.lines(report, growth.Growth(), form.today),
        "partial": points.partial_points(report, form.today),
        "stack": score_bars.stack(report.now),
        "topics": _topics(report, query),
        "answers": answers.as_printed(shown, person),
        "page": shown,
        "categories": _categories(form, report, query),
        "newer": _link(query, page=str(shown.number - 1)) if shown.has_previous() else "",
        "older": _link(query, page=str(shown.number + 1)) if shown.has_next() else "",
        "open_work": Followup.objects.open().filter(assignee=person).count(),
    }


def _topics(report: Report, query: QueryDict) -> list[OwnTopic]:
    found = tallies.read(report.selection)
    of_tier: dict[Tier, Counter[int]] = {tier: Counter() for tier in Tier}
    said = 0
    for (tier, topics), number in found.said.items():
        said += number
        of_tier[tier].update(dict.fromkeys(topics, number))
    sums = sum(of_tier.values(), Counter[int]())
    names = {topic.pk: str(topic) for topic in found.topics}
    return [
        OwnTopic(
            name=names[pk],
            number=number,
            url=_link(query, topic=str(pk), page="", category=""),
            share=numbers.percent(100 * number / said if said >= FEW else None, 0),
            tiers=[(tier.value, of_tier[tier][pk]) for tier in (Tier.GOOD, Tier.MIDDLE, Tier.BAD)],
        )
        for pk, number in sorted(sums.items(), key=lambda each: (-each[1], names[each[0]]))
    ]


def _categories(form: OwnForm, report: Report, query: QueryDict) -> list[tuple[str, int, str, bool]]:
    """Return the categories of the list: what each is called, how many, where, and whether it is chosen."""
    named, counts, chosen = words.of(form.metric), report.now.counts, form.cleaned_data["category"]
    each = [("", _("All"), counts.n)] + [
        (named.categories[tier.value], getattr(named, tier.value), getattr(counts, tier.value))
        for tier in (Tier.GOOD, Tier.MIDDLE, Tier.BAD)
    ]
    return [
        (label, number, _link(query, category=name, topic="", page=""), name == chosen) for name, label, number in each
    ]


def _link(query: QueryDict, **changed: str) -> str:
    wanted = {name: value for name, value in {**query.dict(), **changed}.items() if value}
    return f"?{urlencode(wanted)}#answers"
