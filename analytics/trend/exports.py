"""The points of a number through time as a file."""

from collections.abc import Sequence

from analytics.dashboard.exports import OF_ANSWERS, ExportedTable, of_answers
from analytics.trend.windows import RolledPoint

COLUMNS = ("start", "first_day", "last_day", "is_whole", "metric", *OF_ANSWERS)


def table(rolled: Sequence[RolledPoint]) -> ExportedTable:
    """Return one row for each point. Of windows that reach back to before counting began the days are told alone."""
    return ExportedTable(
        COLUMNS,
        [
            (
                point.start.isoformat(),
                point.days.start.isoformat(),
                point.days.last_day.isoformat(),
                "yes" if point.is_whole else "no",
                point.figures.metric,
                *(of_answers(point.figures) if point.is_whole else [None] * len(OF_ANSWERS)),
            )
            for point in rolled
        ],
    )
