"""What staff named as the root of bad answers, counted: it is looked for only after them, so no model may hold it."""

from __future__ import annotations

from django.db.models import Count

from analytics.explorer import answers
from analytics.rollups.cells import Selection
from surveys.metrics import SCALES, Tier


def read(selection: Selection) -> list[tuple[str, int]]:
    """Return the root causes of the bad answers of a selection with their numbers, the most frequent first."""
    bad = answers.of_selection(selection).filter(category=SCALES[selection.metric].categories[Tier.BAD])
    named = bad.exclude(followup__root_cause="").filter(followup__isnull=False).order_by()
    counted = named.values_list("followup__root_cause").annotate(Count("pk"))
    return sorted(counted, key=lambda row: (-row[1], row[0]))
