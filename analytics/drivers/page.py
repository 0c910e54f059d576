"""The page of drivers as its template needs it: sentences, tables with ways to the answers, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from analytics.counts import FEW
from analytics.dashboard import answer_links, numbers, words
from analytics.dashboard.filters import Lists
from analytics.dashboard.words import Words
from analytics.drivers.features import OTHERS, SAID, TOPIC, BadTally
from analytics.drivers.model import Driver, DriverReport, Feature
from analytics.drivers.patterns import NOT_KNOWN
from analytics.explorer.forms import ANY_TOPIC
from analytics.money import band_words, sentences
from analytics.money.afterwards import Afterwards
from analytics.money.bands import AmountBand
from analytics.rollups.cells import Selection
from analytics.topics.page import LinkedCount, Ranged
from analytics.verdicts import Change
from analytics.why import segments
from followups.models import RootCause
from responses.models import Topic
from surveys.metrics import Tier

# So many sentences stand first.
READ_ALOUD = 5


@dataclass(frozen=True, slots=True)
class DriverLine:
    """One value of a fact or one topic: `share` of bad answers with it, `against` of those that it is held against."""

    name: str
    answers: LinkedCount
    bad: LinkedCount
    share: str
    against: str
    odds: Ranged
    verdict: str


@dataclass(frozen=True, slots=True)
class DriverTable:
    """The values of one fact."""

    key: str
    title: str
    lines: list[DriverLine]


class DriverNames:
    """What the features of a page are called, and where their answers are."""

    def __init__(
        self, selection: Selection, query: QueryDict, lists: Lists, places: Sequence[AmountBand], currency: str
    ) -> None:
        self.selection, self.query, self.bands, self.currency = selection, query, places, currency
        self.names: Mapping[str, Mapping[Any, str]] = {
            name: segments.names(name, lists) for name in ("product", "channel", "manager", "tenure_band")
        }
        self.topics = {topic.pk: str(topic) for topic in Topic.objects.all()}
        self.everything = answer_links.of_page(selection, query)

    def title(self, name: str) -> str:
        titles = {**segments.titles(), "amount": _("Amount"), TOPIC: _("Topic")}
        return titles[name]

    def of(self, feature: Feature) -> str:
        name, value = feature
        if name == SAID:
            return _("Any topic is named")
        if value is OTHERS:
            return _("All others")
        if value == NOT_KNOWN or (value == 0 and name != "amount"):
            return _("Not known")
        if name == "amount":
            return band_words.name(self.bands[int(value or 0)], self.currency)
        if name == TOPIC:
            return self.topics.get(int(value or 0), f"#{value}")
        return self.names[name].get(value) or f"#{value}"

    def url(self, feature: Feature) -> str:
        """Return the address of the answers that have it; "" where no filter chooses them."""
        filters = self._filters(feature)
        return answer_links.narrowed(self.everything, **filters) if filters else ""

    def _filters(self, feature: Feature) -> dict[str, Any]:
        name, value = feature
        if name == SAID:
            return {"topic": ANY_TOPIC}
        if value is OTHERS:
            return {}
        if name == "amount":
            return band_words.filters(None if value == NOT_KNOWN else self.bands[int(value or 0)])
        if not value:
            return {"without": name}
        return {name: value} if name == TOPIC or value in self.names[name] else {}


def contents(
    report: DriverReport, later: Afterwards, causes: list[tuple[RootCause, int]], named: DriverNames
) -> dict[str, Any]:
    """Return everything that the template prints; `causes`: the root causes of the bad answers with their numbers."""
    selection, of_metric = named.selection, words.of(named.selection.metric)
    printed = _Printed(named, of_metric)
    bad = printed.bad_url(named.everything)
    return {
        "selection": selection,
        "report": report,
        "words": of_metric,
        "unit": words.of_unit(selection.unit),
        "all": LinkedCount(report.total.answers, named.everything),
        "bad": LinkedCount(report.total.bad, bad),
        "read": numbers.thousands(report.read) if report.is_drawn else "",
        "sentences": [printed.line(driver) for driver in report.sure[:READ_ALOUD]],
        "tables": printed.tables(report),
        "comparisons": len(report.drivers),
        "alone": [named.title(name) for name in report.alone],
        "others": [
            (named.title(name), one.number_of_others) for name, one in report.values.items() if one.number_of_others
        ],
        "causes": [
            (str(cause), LinkedCount(number, answer_links.narrowed(bad, root_cause=cause.slug)))
            for cause, number in causes
        ],
        **sentences.of_afterwards(later, selection, named.query, named.currency),
    }


class _Printed:
    """The drivers of a page, as they are printed."""

    def __init__(self, named: DriverNames, of_metric: Words) -> None:
        self.named, self.words = named, of_metric

    def tables(self, report: DriverReport) -> list[DriverTable]:
        lines = [(driver.feature[0], self.line(driver)) for driver in report.drivers]
        topics = [line for name, line in lines if name in (TOPIC, SAID)]
        found = [
            DriverTable(name, self.named.title(name), own)
            for name in report.values
            if (own := [line for of_name, line in lines if of_name == name])
        ]
        return [*([DriverTable(TOPIC, self.named.title(TOPIC), topics)] if topics else []), *found]

    def line(self, driver: Driver) -> DriverLine:
        url = self.named.url(driver.feature)
        return DriverLine(
            name=self.named.of(driver.feature),
            answers=LinkedCount(driver.tally.answers, url),
            bad=LinkedCount(driver.tally.bad, self.bad_url(url) if url else ""),
            share=_share(driver.tally),
            against=_share(driver.against),
            odds=Ranged(f"×\u2009{_odds(driver.odds)}", _odds(driver.interval.low), _odds(driver.interval.high)),
            verdict={Change.UP: "more", Change.DOWN: "fewer"}.get(driver.verdict, "unclear"),
        )

    def bad_url(self, url: str) -> str:
        return answer_links.narrowed(url, category=self.words.categories[Tier.BAD.value])


def _share(tally: BadTally) -> str:
    return numbers.percent(tally.share if tally.answers >= FEW else None, 0)


def _odds(odds: float) -> str:
    return numbers.points(odds, 2 if odds < 10 else 0)
