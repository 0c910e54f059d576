"""What a change is told by: managers, channels, regions … each with the answers of both periods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.customerlanguages import spoken
from accounts.media import OF_ANSWERS
from accounts.models import Brand
from analytics.counts import Counts
from analytics.dashboard.filters import Lists
from analytics.dashboard.report import Report
from analytics.explorer import answers
from analytics.models import BREAKDOWNS
from analytics.periods import Period
from analytics.rollups.cells import Selection
from analytics.why.pools import Key
from crm.models import Profile, Touchpoint
from crm.models.profile import label_of_lifecycle
from surveys.metrics import Category, Tier
from surveys.models import Survey

USUAL = "product"
# The column of an answer, or the path to it, by the name of the filter that chooses it among the answers.
PATHS = {
    "manager": "manager_id",
    "team": "team_id",
    "channel": "channel_id",
    "product": "product_id",
    "kind": "survey__kind",
    "survey": "survey_id",
    "touchpoint": "touchpoint_kind",
    "campaign": "campaign",
    "brand": "brand_id",
    "region": "profile__region",
    "size_band": "profile__size_band",
    "industry": "profile__industry",
    "tenure_band": "profile__tenure_band",
    "age_band": "profile__age_band",
    "lifecycle": "profile__lifecycle",
    "language": "language",
    "medium": "medium",
}
Names = Mapping[Key, str]


def titles() -> dict[str, str]:
    """Return what each way of telling segments apart is called, in the order of the list."""
    return {
        "manager": _("Manager"),
        "team": _("Team"),
        "channel": _("Channel"),
        "product": _("Product"),
        "kind": _("Kind"),
        "survey": _("Survey"),
        "touchpoint": _("Touchpoint"),
        "campaign": _("Campaign"),
        "brand": _("Brand"),
        "region": _("Region"),
        "size_band": _("Size"),
        "industry": _("Industry"),
        "tenure_band": _("Customer for"),
        "age_band": _("Age"),
        "lifecycle": _("Lifecycle"),
        "language": _("Language"),
        "medium": pgettext("of a message", "Medium"),
    }


@dataclass(frozen=True, slots=True)
class BothPeriods:
    """The answers of each segment in the period before and in this one; those of nobody known are under ""."""

    before: Mapping[Key, Counts]
    now: Mapping[Key, Counts]


def of(report: Report, dimension: str) -> BothPeriods:
    """Return the segments of what a report counts: as it fetched them, or counted from the answers themselves."""
    if dimension in BREAKDOWNS:
        pairs = report.segments[dimension]
        return BothPeriods(*({key or "": pair[side] for key, pair in pairs.items()} for side in (0, 1)))
    selection = report.selection
    return BothPeriods(*(counted(selection, period, dimension) for period in (selection.before, selection.period)))


def counted(selection: Selection, period: Period, dimension: str) -> dict[Key, Counts]:
    """Return what each segment answered in the days of `period`, by the other filters of a selection."""
    found = answers.of_selection(replace(selection, period=period))
    counts: dict[Key, Counts] = {}
    for key, category, count in found.order_by().values_list(PATHS[dimension], "category").annotate(Count("pk")):
        counts[key or ""] = counts.get(key or "", Counts()) + _of_tier(Category(category).tier, count)
    return counts


def _of_tier(tier: Tier, count: int) -> Counts:
    return Counts(*(count if each is tier else 0 for each in (Tier.GOOD, Tier.MIDDLE, Tier.BAD)))


def _stages() -> list[tuple[str, str]]:
    """Return every stage of customers that there is, with what it is called."""
    codes = Profile.objects.exclude(lifecycle="").values_list("lifecycle", flat=True).distinct().order_by("lifecycle")
    return [(code, label_of_lifecycle(code)) for code in codes]


def names(dimension: str, lists: Lists) -> Names:
    """Return what the segments that may be chosen are called; words that are names themselves are not among them."""
    listed: dict[str, list[Any]] = {
        "manager": lists.managers,
        "team": lists.teams,
        "channel": lists.channels,
        "product": lists.products,
        "survey": [(survey.pk, survey.name) for survey in lists.surveys],
        "kind": Survey.Kind.choices,
        "touchpoint": Touchpoint.Kind.choices,
        "tenure_band": Profile.Tenure.choices,
        "age_band": Profile.Age.choices,
        "lifecycle": _stages() if dimension == "lifecycle" else [],
        "language": list(spoken.names().items()),
        "medium": OF_ANSWERS,
    }
    if dimension == "brand":
        return dict(Brand.objects.values_list("pk", "name"))
    return {value: capfirst(str(label)) for value, label in listed.get(dimension, []) if value}
