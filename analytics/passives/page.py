"""Those in the middle as their page prints them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from analytics.counts import FEW
from analytics.dashboard import answer_links, numbers, words
from analytics.explorer.forms import NO_TOPIC
from analytics.formulas.recovery import ENOUGH_PER_ARM
from analytics.passives.report import Conversion, PassiveReport
from surveys.metrics import Tier


@dataclass(frozen=True, slots=True)
class WonLine:
    """What a topic would win, with the answers behind it; `low` and `high` are empty where nothing is estimated."""

    name: str
    answers: int
    url: str
    won: str
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class ConversionLine:
    """Customers who were in the middle and answered again; the share is empty of fewer than five."""

    name: str
    customers: str
    good: str
    share: str
    low: str
    high: str


def contents(report: PassiveReport, query: QueryDict) -> dict[str, Any]:
    """Return everything that the template prints."""
    named = words.of(report.selection.metric)
    those = {"category": named.categories[Tier.MIDDLE.value]}
    everything = answer_links.of_page(report.selection, query)
    effect = report.effect
    return {
        "words": named,
        "is_read": True,
        "middle": report.total.middle,
        "url": answer_links.narrowed(everything, **those),
        "all": numbers.thousands(report.total.n),
        "won": numbers.points(report.won) if report.total.n >= FEW else "",
        "lines": _lines(report, everything, those),
        "conversions": [
            _conversion(_("With an offer"), report.offered),
            _conversion(_("Without an offer"), report.others),
            _conversion(_("All together"), report.all_of_them),
        ],
        "is_asked_again": bool(report.all_of_them.counts.n),
        "effect": numbers.signed(effect.points) if effect else "",
        "effect_low": numbers.signed(effect.interval.low) if effect else "",
        "effect_high": numbers.signed(effect.interval.high) if effect else "",
        "is_sure": bool(effect and not effect.interval.holds_zero),
        "per_arm": ENOUGH_PER_ARM,
        "query": query.urlencode(),
    }


def _lines(report: PassiveReport, everything: str, those: dict[str, str]) -> list[WonLine]:
    is_shown = report.total.n >= FEW
    lines = [
        WonLine(
            name=str(row.topic),
            answers=row.named,
            url=answer_links.narrowed(everything, **those, topic=row.topic.pk),
            won=numbers.signed(row.won.value) if is_shown else numbers.NOTHING,
            low=numbers.signed(row.won.interval.low) if is_shown else "",
            high=numbers.signed(row.won.interval.high) if is_shown else "",
        )
        for row in report.rows
    ]
    if not report.untagged:
        return lines
    url = answer_links.narrowed(everything, **those, topic=NO_TOPIC)
    won = numbers.signed(report.untagged_won) if is_shown else numbers.NOTHING
    return [*lines, WonLine(_("No topic"), report.untagged, url, won)]


def _conversion(name: str, conversion: Conversion) -> ConversionLine:
    counts, interval = conversion.counts, conversion.interval
    is_shown = counts.n >= FEW and interval is not None
    return ConversionLine(
        name=name,
        customers=numbers.thousands(counts.n),
        good=numbers.thousands(counts.good),
        share=numbers.percent(conversion.share, 0) if is_shown else "",
        low=numbers.percent(interval.low, 0) if is_shown and interval else "",
        high=numbers.percent(interval.high, 0) if is_shown and interval else "",
    )
