"""Ways to the answers of those who were asked in some days, whenever they answered."""

from datetime import date

from django.http import QueryDict

from analytics.dashboard import answer_links
from analytics.dashboard.forms import LONGEST
from analytics.periods import DAY, Period
from analytics.rollups.cells import Selection
from surveys.models import Origin


def answers_of_asked(selection: Selection, query: QueryDict, today: date, **more: str) -> str:
    """Return the address of the answers to all asks of the period of a selection, or to those that `more` leaves.

    They were given between the first ask and today, but for asks of more than ten years ago, which had ten years.
    """
    asked = selection.period
    given = Period(asked.start, max(asked.end, min(today + DAY, asked.start + LONGEST)))
    held = {"asked_from": asked.start.isoformat(), "asked_to": asked.last_day.isoformat()}
    return answer_links.of_days(selection, query, given, **{**held, "origin": Origin.INVITED.value, **more})
