"""Which response rates lie off those of all others by more than chance explains. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from analytics import top_share, verdicts
from analytics.counts import ENOUGH, Counts
from analytics.estimates import Difference
from analytics.silence.asked import Asked, AskedPeople
from analytics.verdicts import Change
from analytics.why.pools import Key


def standings(people: AskedPeople, traits: Collection[str]) -> Mapping[tuple[str, Key], Change]:
    """Return where the rate of each value of some traits stands beside that of all others, by trait and value.

    All of them are judged together (Benjamini & Hochberg), from 30 asked on either side.
    """
    rows = [(trait, key, asked) for trait in traits for key, asked in people.by_trait[trait].items()]
    (judged,), _comparisons = verdicts.family([[_apart(asked, people.together) for _trait, _key, asked in rows]])
    return {(trait, key): change for (trait, key, _asked), change in zip(rows, judged, strict=True)}


def _apart(asked: Asked, together: Asked) -> Difference | None:
    ours, all_of_them = _counts(asked), _counts(together)
    others = all_of_them - ours
    return top_share.difference(ours, others) if min(ours.n, others.n) >= ENOUGH else None


def _counts(asked: Asked) -> Counts:
    return Counts(good=asked.answers.n, bad=asked.silent)
