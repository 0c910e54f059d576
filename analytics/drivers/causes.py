"""What staff named as the root of bad answers, counted: it is looked for only after them, so no model may hold it."""

from __future__ import annotations

from django.db.models import Count

from analytics.explorer import answers
from analytics.rollups.cells import Selection
from followups.models import RootCause
from followups.vocabulary.cause_tree import CauseTree
from surveys.metrics import SCALES, Tier


def read(selection: Selection) -> list[tuple[RootCause, int]]:
    """Return the root causes of the bad answers of a selection with their numbers, the most frequent first.

    Those at the top of the tree; each counts what stands below it too.
    """
    bad = answers.of_selection(selection).filter(category=SCALES[selection.metric].categories[Tier.BAD])
    named = bad.filter(followup__root_cause__isnull=False).order_by()
    tree = CauseTree.fetch()
    sums = tree.summed(dict(named.values_list("followup__root_cause").annotate(Count("pk"))))
    tops = [(place.cause, sums[place.cause.slug]) for place in tree.tops if place.cause.slug in sums]
    return sorted(tops, key=lambda row: -row[1])
