"""The fair comparison as a file: by name, and without places."""

from collections.abc import Mapping

from analytics.dashboard.exports import DIGITS, ExportedTable
from analytics.fairness.comparison import Compared
from analytics.files import Row
from analytics.why.pools import Key
from analytics.why.segments import Names

COLUMNS = ("id", "name", "metric", "answers", "value", "fair", "low", "high", "chance_of_being_better", "standing")


def table(rows: Mapping[Key, Compared], names: Names, metric: str) -> ExportedTable:
    """Return one row for each who is compared, in the order of names: in points or per cent.

    Fewer than five answers are only counted. Nobody, whose answers have no manager or team, has neither id nor name.
    """
    told = sorted((names.get(key, ""), str(key), compared) for key, compared in rows.items())
    return ExportedTable(COLUMNS, [(key or None, name, metric, *_numbers(compared)) for name, key, compared in told])


def _numbers(compared: Compared) -> Row:
    shrunk = compared.shrunk
    shown = (shrunk.raw, shrunk.points, shrunk.interval.low, shrunk.interval.high, 100 * shrunk.chance_above)
    numbers = tuple(None if value is None else round(value, DIGITS) for value in shown)
    told = numbers if compared.is_shown else (None,) * len(numbers)
    return (compared.counts.n, *told, compared.standing.value)
