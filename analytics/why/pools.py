"""Putting small segments together, so that no number is told of fewer than five answers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analytics.counts import FEW, Counts

# A number or a word by which a segment is chosen; "" where it is not known.
Key = int | str
NOTHING = Counts()


@dataclass(frozen=True, slots=True)
class Pooled:
    """Segments in both periods; `others` are the names of those that were put together under None."""

    before: Mapping[Key | None, Counts]
    now: Mapping[Key | None, Counts]
    others: frozenset[Key]


def pooled(before: Mapping[Key, Counts], now: Mapping[Key, Counts], least: int = FEW) -> Pooled:
    """Return the segments that stand alone, and the others together.

    A segment stands alone where each period has none of its answers, or five and more: one without answers before is
    new, one without answers now has vanished, and both are told. The others are put together, and while they are fewer
    than five in a period that has some of theirs, the smallest that stands alone goes to them: what is taken from the
    whole must not lay bare a few answers. A single small segment has the smallest of the others beside it. `least`:
    so many answers a segment must have in either period to stand alone, where the small ones do not matter.
    """
    pairs = {key: (before.get(key, NOTHING), now.get(key, NOTHING)) for key in {**before, **now}}
    pairs = {key: pair for key, pair in pairs.items() if pair[0].n or pair[1].n}
    others = {key for key, pair in pairs.items() if _is_small(pair) or max(pair[0].n, pair[1].n) < least}
    alone = sorted(pairs.keys() - others, key=lambda key: (pairs[key][0].n + pairs[key][1].n, str(key)), reverse=True)
    while alone and others and (len(others) == 1 or _is_small(_together(pairs[key] for key in others))):
        others.add(alone.pop())
    sides = []
    for side in (0, 1):
        counts: dict[Key | None, Counts] = {key: pairs[key][side] for key in alone}
        if others:
            counts[None] = sum((pairs[key][side] for key in others), NOTHING)
        sides.append(counts)
    return Pooled(sides[0], sides[1], frozenset(others))


def _is_small(pair: tuple[Counts, Counts]) -> bool:
    return any(0 < counts.n < FEW for counts in pair)


def _together(pairs: Iterable[tuple[Counts, Counts]]) -> tuple[Counts, Counts]:
    before, now = NOTHING, NOTHING
    for pair in pairs:
        before, now = before + pair[0], now + pair[1]
    return before, now
