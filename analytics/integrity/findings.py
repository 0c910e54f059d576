"""Which shares are larger than those of all other managers by more than chance explains. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analytics import top_share
from analytics.counts import ENOUGH, Counts
from analytics.estimates import Interval
from analytics.formulas.exact import chance_of_at_least
from analytics.integrity.checks import Share
from analytics.verdicts import FALSE_DISCOVERIES, false_discovery_rates

# Fewer marked cases are one customer's story, whatever they are a share of.
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """A share of one manager beside that of all others together; `difference`: how far apart, in points of per cent."""

    check: str
    manager: int
    share: Share
    others: Share
    difference: Interval
    chance: float


def find(shares: Mapping[str, Mapping[int, Share]]) -> list[Finding]:
    """Return what stands out of all checks and managers judged together, the least likely first.

    Judged is who has 30 cases, against as many of others or more. Of what stands out at most 8 in 100 do by chance
    (Benjamini & Hochberg, of exact chances).
    """
    tried = list(judged(shares))
    rates = false_discovery_rates([finding.chance for finding in tried])
    found = [
        finding
        for finding, rate in zip(tried, rates, strict=True)
        if rate <= FALSE_DISCOVERIES and finding.share.part >= FEWEST and finding.difference.low > 0
    ]
    return sorted(found, key=lambda finding: (finding.chance, finding.check, finding.manager))


def judged(shares: Mapping[str, Mapping[int, Share]]) -> Iterator[Finding]:
    """Yield each share that is large enough to be judged, beside that of all others, whether it stands out or not."""
    for check, by_manager in shares.items():
        part = sum(share.part for share in by_manager.values())
        of = sum(share.of for share in by_manager.values())
        for manager, share in by_manager.items():
            others = Share(part - share.part, of - share.of)
            if min(share.of, others.of) < ENOUGH:
                continue
            apart = top_share.difference(_counts(share), _counts(others))
            if apart:
                chance = chance_of_at_least(share.part, share.of, part, of)
                yield Finding(check, manager, share, others, apart.interval, chance)


def _counts(share: Share) -> Counts:
    return Counts(good=share.part, bad=share.rest)
