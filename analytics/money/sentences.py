"""What accounts did after they answered, as pages print it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from analytics.dashboard import answer_links, numbers, words
from analytics.dashboard.words import Words
from analytics.money.afterwards import Afterwards, TierAfterwards
from analytics.rollups.cells import Selection
from analytics.topics.page import Ranged
from analytics.verdicts import HEADLINE_CHANCES
from surveys.metrics import Tier


@dataclass(frozen=True, slots=True)
class TierLine:
    """What the accounts of one tier did afterwards."""

    tier: str
    name: str
    accounts: str
    again: str
    share: Ranged
    frequency: str
    amount: str


def of_afterwards(found: Afterwards, selection: Selection, query: QueryDict, currency: str) -> dict[str, Any]:
    """Return whom is told of, whether the good stayed more often, whether they buy for more, and the table of tiers."""
    named = words.of(found.metric)
    return {
        "followed": _followed(found, selection, query),
        "stayed": _stayed(found),
        "ranks": _ranks(found),
        "tiers": [_tier(tier, of_tier, named, currency) for tier, of_tier in found.tiers.items()],
    }


def said(direction: float, chance: float) -> str:
    """Return “up” or “down”, or “unclear” where a page that is read every month would say it by chance too often."""
    if chance > HEADLINE_CHANCES[0]:
        return "unclear"
    return "up" if direction > 0 else "down"


def _followed(found: Afterwards, selection: Selection, query: QueryDict) -> dict[str, Any]:
    """Return which answers are followed: those of the first days of the period, with the way to them."""
    url = answer_links.of_days(selection, query, found.answered) if found.answered.days else ""
    return {"days": found.days, "answered": found.answered, "url": url, "accounts": numbers.thousands(found.accounts)}


def _stayed(found: Afterwards) -> dict[str, Any]:
    """Return whether the good bought again more often than the bad, as far as it can be told."""
    gap = found.gap
    if gap is None:
        return {"verdict": "too_few"}
    verdict = said(gap.points, gap.p)
    ends = (numbers.signed(gap.interval.low), numbers.signed(gap.interval.high))
    return {"verdict": verdict, "number": Ranged(numbers.signed(gap.points), *ends)}


def _ranks(found: Afterwards) -> dict[str, Any]:
    """Return whether those who score higher buy for more, as far as it can be told."""
    association = found.association
    if association is None or association.interval is None:
        return {"verdict": "too_few"}
    interval = association.interval
    verdict = said(association.rho, association.chance)
    ends = (numbers.signed(interval.low, 2), numbers.signed(interval.high, 2))
    return {
        "verdict": verdict,
        "number": Ranged(numbers.signed(association.rho, 2), *ends),
        "drawn": numbers.thousands(association.n) if found.is_drawn else "",
    }


def _tier(tier: Tier, found: TierAfterwards, named: Words, currency: str) -> TierLine:
    interval = found.retained.interval if found.is_shown else None
    share = Ranged(numbers.NOTHING)
    if interval:
        ends = numbers.points(interval.low, 0), numbers.points(interval.high, 0)
        share = Ranged(numbers.percent(found.retained.rate, 0), *ends)
    frequency, amount = found.frequency if found.is_shown else None, found.amount if found.is_shown else None
    return TierLine(
        tier=tier.value,
        name={Tier.GOOD: named.good, Tier.MIDDLE: named.middle, Tier.BAD: named.bad}[tier],
        accounts=numbers.thousands(found.accounts),
        again=numbers.thousands(found.retained.kept),
        share=share,
        frequency=numbers.points(frequency, 2),
        amount=numbers.NOTHING if amount is None else numbers.money(amount, currency),
    )
