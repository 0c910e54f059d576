"""What customers said last and what stands open of it, as pages show it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from crm.models import Contact, LatestScore
from surveys.audiences import conditions
from surveys.metrics import SCALES, Category, Metric, Scale, Tier


@dataclass(frozen=True, slots=True)
class ShownScore:
    """A latest score as the template of scores takes an answer."""

    row: LatestScore
    is_revised_late: bool = False

    @property
    def counted_score(self) -> int:
        return self.row.score

    @property
    def metric(self) -> str:
        return self.row.metric

    @property
    def scale(self) -> Scale:
        return SCALES[self.row.metric]

    @property
    def tier(self) -> Tier:
        return self.scale.tier_of(self.row.score)

    @property
    def category_label(self) -> str:
        return str(Category(self.row.category).label)


def of_contacts(contacts: Collection[int]) -> Mapping[int, Sequence[ShownScore]]:
    """Return the latest scores of these contacts (by id), of each the newest first; one query."""
    found: defaultdict[int, list[ShownScore]] = defaultdict(list)
    for row in LatestScore.objects.filter(contact__in=contacts).order_by("-answered_at", "-pk"):
        found[row.contact_id].append(ShownScore(row))
    return dict(found)


def values_of(contacts: Collection[int], now: datetime) -> Mapping[int, Decimal]:
    """Return for how much these contacts (by id) bought in twelve months; who bought nothing is left out; one query."""
    deals = conditions.bought(now).filter(contact__in=contacts).order_by()
    return dict(deals.values_list("contact").annotate(sum=Sum("amount_base")))


def ratings_of(contacts: QuerySet[Contact]) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return how many of these contacts are in each category, by metric in words, the best first; one query."""
    rows = LatestScore.objects.filter(contact__in=contacts.order_by().values("pk")).values_list("metric", "category")
    found = {(metric, category): number for metric, category, number in rows.annotate(Count("pk")).order_by()}
    used = [metric for metric in SCALES if any(of == metric for of, _category in found)]
    return [
        (
            str(Metric(metric).label),
            [
                (str(category.label), found.get((metric, category.value), 0))
                for category in SCALES[metric].categories.values()
            ],
        )
        for metric in used
    ]
