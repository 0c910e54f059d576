"""Ways from a number to the answers that it counts."""

from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from analytics.dashboard.filters import OWN, USUAL
from analytics.models import Dimension
from analytics.periods import Period
from analytics.rollups.cells import Selection
from analytics.unit import Unit

# The filters of a dashboard that say which answers it counts; the list of answers has them by the same names.
SAID = ("metric", "period", "start", "end", "kind", "origin", "survey", "team", "manager", "channel", "product")


def of_page(selection: Selection, query: QueryDict, **more: str) -> str:
    """Return the address of the very answers that a page counts, or of those that `more` filters leave of them.

    More filters may be put behind it.
    """
    return _address(selection, query, **more)


def of_days(selection: Selection, query: QueryDict, days: Period, **more: str) -> str:
    """Return the address of the answers of other days by the same filters, such as those of the period before."""
    own = {"period": OWN, "start": days.start.isoformat(), "end": days.last_day.isoformat()}
    return _address(selection, query, **own, **more)


def of_member(selection: Selection, query: QueryDict, dimension: Dimension, member_id: int) -> str:
    """Return the address of those of one manager, channel or product among them; 0 are those without one."""
    chosen = {dimension.value: str(member_id)} if member_id else without(dimension.value)
    return _address(selection, query, **chosen)


def without(fact: str) -> dict[str, str]:
    """Return the filter that leaves the answers of which a fact is not known."""
    return {"without": fact}


def narrowed(address: str, **more: object) -> str:
    """Return the address of those of the answers of an address that more filters keep."""
    return f"{address}&{urlencode(more)}" if more else address


def _address(selection: Selection, query: QueryDict, **more: str) -> str:
    said = {name: str(query[name]) for name in SAID if query.get(name)}
    latest = {} if selection.unit is Unit.ANSWERS else {"latest": "yes"}
    return f"{reverse('answers')}?{urlencode({'period': USUAL, **said, **latest, **more})}"
