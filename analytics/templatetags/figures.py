from collections.abc import Sequence

from django import template

from analytics.dashboard import numbers
from analytics.dashboard.report import Figures
from analytics.dashboard.score_bars import ScoreBar
from analytics.dashboard.words import Words

register = template.Library()
register.filter("points", numbers.points)
register.filter("signed", numbers.signed)
register.filter("percent", numbers.percent)
register.filter("thousands", numbers.thousands)


@register.filter
def number(figures: Figures, words: Words) -> str:
    """Write the number of some figures in the way of its metric; a dash where there are too few answers."""
    return words.value(figures.value if figures.is_shown else None)


@register.filter
def low(figures: Figures, words: Words) -> str:
    return words.value(figures.interval.low if figures.interval and figures.is_shown else None)


@register.filter
def high(figures: Figures, words: Words) -> str:
    return words.value(figures.interval.high if figures.interval and figures.is_shown else None)


@register.filter
def last_score(bars: Sequence[ScoreBar]) -> int:
    return bars[-1].score
