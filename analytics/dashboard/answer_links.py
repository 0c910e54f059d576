"""Ways from a number to the answers that it counts."""

from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from analytics.dashboard.filters import USUAL
from analytics.models import Dimension
from analytics.rollups.cells import Selection
from analytics.unit import Unit

# The filters of a dashboard that say which answers it counts; the list of answers has them by the same names.
SAID = ("metric", "period", "start", "end", "kind", "origin", "survey", "team", "manager", "channel", "product")


def of_page(selection: Selection, query: QueryDict) -> str:
    """Return the address of the very answers that a page counts; more filters may be put behind it."""
    return _address(selection, query)


def of_member(selection: Selection, query: QueryDict, dimension: Dimension, member_id: int) -> str:
    """Return the address of those of one manager, channel or product among them."""
    return _address(selection, query, **{dimension.value: str(member_id)})


def _address(selection: Selection, query: QueryDict, **more: str) -> str:
    said = {name: str(query[name]) for name in SAID if query.get(name)}
    latest = {} if selection.unit is Unit.ANSWERS else {"latest": "yes"}
    return f"{reverse('answers')}?{urlencode({'period': USUAL, **said, **latest, **more})}"
