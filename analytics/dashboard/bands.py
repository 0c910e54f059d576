"""What the company calls a number: the bands that its interval touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from analytics.dashboard import numbers
from analytics.dashboard.report import Figures
from analytics.models import Band


@dataclass(frozen=True, slots=True)
class NamedStretch:
    """A band as it is printed: its name, and from where to where it reaches ("" at the ends of the scale)."""

    name: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class BandWords:
    """`said`: the band, or the first and the last, in which the truth lies; "" below thirty answers."""

    said: str
    stretches: Sequence[NamedStretch]


def of(figures: Figures) -> BandWords | None:
    """Return what some figures are called; None where the company has no bands of their metric."""
    rows = list(Band.objects.filter(metric=figures.metric))
    rows.sort(key=lambda band: (band.lowest is not None, band.lowest or 0))
    if not rows:
        return None
    bounds = [None if band.lowest is None else float(band.lowest) for band in rows]
    ends = [*bounds[1:], None]
    stretches = [
        NamedStretch(str(band), _written(low), _written(high))
        for band, low, high in zip(rows, bounds, ends, strict=True)
    ]
    interval = figures.interval if figures.is_enough else None
    if interval is None:
        return BandWords("", stretches)
    touched = [
        str(band)
        for band, low, high in zip(rows, bounds, ends, strict=True)
        if (low is None or interval.high >= low) and (high is None or interval.low < high)
    ]
    return BandWords(_named(touched), stretches)


def _named(touched: Sequence[str]) -> str:
    if len(touched) < 2:
        return "".join(touched)
    return _("%(first)s to %(last)s") % {"first": touched[0], "last": touched[-1]}


def _written(end: float | None) -> str:
    return "" if end is None else numbers.points(end, 0 if end.is_integer() else 1)
