"""The number by what the deal behind an answer was worth, in the company's own currency."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Case, CharField, Value, When

from analytics.crossed import cells
from analytics.crossed.facts import Fact
from analytics.dashboard.report import Figures
from analytics.explorer import answers
from analytics.money import bands
from analytics.money.bands import LADDER, AmountBand
from analytics.rollups.cells import Selection

_STEPS = """
SELECT width_bucket(amount::float8, %s::float8[]), count(*) FROM ({answers}) AS one(amount) GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class AmountRow:
    """The answers of a band; those of no known amount have none."""

    band: AmountBand | None
    figures: Figures


def read(selection: Selection) -> list[AmountRow]:
    """Return the answers of a selection by amount, the smallest first, those without one last; empty of nobody."""
    found = bands.bands(_by_step(selection))
    by_place = [
        When(amount_base__lt=band.high, then=Value(str(place))) for place, band in enumerate(found) if band.high
    ]
    place = Case(
        When(amount_base__isnull=True, then=Value(cells.NOBODY)),
        *by_place,
        default=Value(str(len(found) - 1)),
        output_field=CharField(),
    )
    given = answers.of_selection(selection).annotate(amount_place=place)
    told = cells.read(given, selection.metric, Fact("amount", "", "amount_place"), None).rows
    rows = [AmountRow(band, told.get(str(place), Figures(selection.metric))) for place, band in enumerate(found)]
    return [*rows, AmountRow(None, told[cells.NOBODY])] if cells.NOBODY in told else rows


def _by_step(selection: Selection) -> list[int]:
    given = answers.of_selection(selection).filter(amount_base__isnull=False).order_by().values_list("amount_base")
    statement, parameters = given.query.sql_with_params()
    by_step = [0] * (len(LADDER) + 1)
    with connection.cursor() as cursor:
        cursor.execute(_STEPS.format(answers=statement), [list(LADDER), *parameters])
        for step, number in cursor.fetchall():
            by_step[step] = number
    return by_step
