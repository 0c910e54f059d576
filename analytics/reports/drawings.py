"""The charts of a report: the very SVG of the pages, and the same for where no style sheet reaches."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from analytics.dashboard import charts, numbers, points, score_bars
from analytics.dashboard.charts import Canvas
from analytics.dashboard.report import Point
from analytics.reports.document import ReportChart
from analytics.reports.facts import ReportFacts
from surveys.metrics import SCALES

FONT = "DejaVu Sans"
# On a sheet of A4 its letters are as large as those of the tables.
PAPER = Canvas(width=740, height=220, most_labels=9, right=26)
# What static/css/components/chart.css says of these classes, in the light colours of tokens.css.
STYLE = """
svg { font-family: "DejaVu Sans" }
.chart__text { fill: #566573; font-size: 12px }
.chart__text--small { font-size: 10px }
.chart__text--strong { fill: #17202a; font-weight: 600 }
.chart__grid { stroke: #d8dde3 }
.chart__zero { stroke: #7b8794 }
.chart__band { fill: #155e75; opacity: 0.16 }
.chart__line { fill: none; stroke: #155e75; stroke-width: 2.5; stroke-linejoin: round }
.chart__dot { fill: #155e75; stroke: #ffffff; stroke-width: 1.5 }
.chart__dot--few { fill: #ffffff; stroke: #566573 }
.chart__bracket { fill: none; stroke-width: 2 }
.fill--good { fill: #00695c }
.fill--middle { fill: #6b5900 }
.fill--bad { fill: #b3261e }
text.text--good { fill: #00695c }
text.text--middle { fill: #6b5900 }
text.text--bad { fill: #b3261e }
path.text--good { stroke: #00695c }
path.text--middle { stroke: #6b5900 }
path.text--bad { stroke: #b3261e }
"""
# The words for those who do not see the chart are said by `alt`; titles of single points are for pointers.
_UNSEEN = re.compile(r"<(title|desc)\b[^>]*>.*?</\1>", re.DOTALL)
_BEGINNING = re.compile(r'<svg class="[^"]*" viewBox="([-\d. ]+)"[^>]*>')


def dressed(svg: str) -> str:
    """Return a chart of a page as a drawing that stands alone: with its size and its colours, and nothing unseen."""
    markup = _UNSEEN.sub("", svg)

    def alone(found: re.Match[str]) -> str:
        width, height = found[1].split()[2:]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{found[1]}" width="{width}" height="{height}">'
            f"<style>{STYLE}</style>"
        )

    return _BEGINNING.sub(alone, markup, count=1).strip()


def over_time(facts: ReportFacts) -> ReportChart:
    """Return the number over time with its interval."""
    report, named = facts.past, facts.words
    names = points.names(report.points, report.selection.granularity)
    wide, narrow, paper = (
        render_to_string(
            "components/chart_trend.html",
            {"size": size, "trend": charts.trend(named.metric, report.points, names, canvas), "words": named},
        ).strip()
        for size, canvas in (("wide", charts.WIDE), ("narrow", charts.NARROW), ("paper", PAPER))
    )
    return ReportChart("trend", wide, _said_over_time(facts, [name.whole for name in names]), narrow, paper)


def _said_over_time(facts: ReportFacts, names: Sequence[str]) -> str:
    named = facts.words
    shown = [(name, point) for name, point in zip(names, facts.past.points, strict=True) if point.figures.is_shown]
    title = _("%(name)s over time with its 95%% interval") % {"name": named.name}
    if not shown:
        return f"{title}. {named.too_few}"
    ends = (shown[0], shown[-1], min(shown, key=_height), max(shown, key=_height))
    first, last, lowest, highest = (f"{named.value(point.figures.value)} ({name})" for name, point in ends)
    said = _("From %(first)s to %(last)s; lowest %(lowest)s, highest %(highest)s.")
    return f"{title}. {said % {'first': first, 'last': last, 'lowest': lowest, 'highest': highest}}"


def _height(shown: tuple[str, Point]) -> float:
    return shown[1].figures.value or 0.0


def scores(facts: ReportFacts) -> ReportChart:
    """Return how often each score was given."""
    report, metric = facts.report, facts.words.metric
    bars = score_bars.bars(metric, report.by_score)
    drawn = render_to_string(
        "components/chart_scores.html",
        {
            "bars": bars,
            "bar_width": score_bars.bar_width(metric),
            "brackets": score_bars.brackets(metric),
            "is_shown": report.now.is_shown,
        },
    )
    each = "; ".join(f"{bar.score}: {numbers.thousands(bar.count)}" for bar in bars)
    return ReportChart("scores", drawn.strip(), f"{title_of_scores(facts)}. {each}")


def title_of_scores(facts: ReportFacts) -> str:
    scale = SCALES[facts.words.metric].scores
    ends = {"lowest": scale[0], "highest": scale[-1]}
    return _("How often each score from %(lowest)s to %(highest)s was given") % ends
