"""What a wallboard prints: the number of a team or the company, and nobody's name."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from analytics import unit
from analytics.dashboard import bands, charts, labels, points, score_bars, words
from analytics.dashboard.charts import Canvas
from analytics.dashboard.filters import preset, surveys_with_numbers
from analytics.dashboard.report import report
from analytics.goals import page as goals
from analytics.models import BREAKDOWNS, Wallboard
from analytics.rollups.cells import Selection

# Seen from across the room: smaller than a page has it, so that its letters are larger.
WIDE = Canvas(width=1000, height=250, most_labels=7, right=26)


def selection_of(board: Wallboard, today: date, zone: ZoneInfo) -> Selection:
    """Return what a wallboard shows: invited answers to all surveys of its metric, of its team or of everybody."""
    days = preset(board.days, today)
    kinds = set(surveys_with_numbers().filter(metric=board.metric).order_by().values_list("kind", flat=True))
    return Selection(
        period=days,
        before=days.previous,
        zone=zone,
        granularity=days.usual_granularity(),
        metric=board.metric,
        teams=(board.team_id,) if board.team_id else None,
        unit=unit.of_kinds(kinds),
    )


def contents(board: Wallboard, today: date, zone: ZoneInfo) -> dict[str, Any]:
    """Return everything that the template prints; below five answers no number."""
    selection = selection_of(board, today, zone)
    found = report(selection, {name: {} for name in BREAKDOWNS}, today)
    names = points.names(found.points, selection.granularity)
    aims = goals.of_dashboard(selection, today)
    starts = [point.start for point in found.points]
    lines = [
        (line, places) for line in aims.get("goal_lines", ()) if (places := line.places(starts, selection.granularity))
    ]
    return {
        "board": board,
        "report": found,
        "words": words.of(board.metric),
        "unit": words.of_unit(selection.unit),
        "few": labels.few_answers(),
        "band": bands.of(found.now),
        "stack": score_bars.stack(found.now),
        "goals": aims.get("goals", ()),
        "trends": [
            (size, charts.trend(board.metric, found.points, names, canvas, (), lines))
            for size, canvas in (("wide", WIDE), ("narrow", charts.NARROW))
        ],
    }
