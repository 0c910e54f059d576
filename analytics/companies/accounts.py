"""Companies as their customers rate them: each customer counts once, by what they said last.

Only customers whom the reader may look at are counted, so that a number tells of nobody else's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, FilteredRelation, Q, QuerySet, Sum

from accounts.models import User
from analytics.counts import Counts
from analytics.dashboard.report import Figures
from crm import contact_search
from crm.models import Company, Deal, LatestScore
from followups.customers import visibility
from surveys.audiences import conditions
from surveys.metrics import SCALES, Tier

BY_NAME, BY_CRITICS, BY_WORK = "name", "critics", "work"
# What is counted for an order other than by name; the most come first.
COUNTED: Mapping[str, Callable[[str], dict[str, Any]]] = {
    BY_CRITICS: lambda metric: {"category": SCALES[metric].categories[Tier.BAD]},
    BY_WORK: lambda _metric: {"work__in": LatestScore.OPEN},
}


@dataclass(frozen=True, slots=True)
class RatedCompany:
    """`customers`: within the reader's reach; `open_work`: of how many of them a follow-up is open.

    `owner` has the latest deal of theirs, and `bought` is what they bought.
    """

    company: Company
    figures: Figures
    customers: int
    open_work: int
    owner: str
    bought: Decimal


def companies(user: User, metric: str, *, text: str = "", order: str = BY_NAME) -> QuerySet[Company]:
    """Return the companies that `user` may look at, in order; nothing is counted that the order does not need."""
    found = visibility.all_companies_of(user)
    for term in contact_search.terms(text):
        found = found.filter(contact_search.holding(term, "folded"))
    if order not in COUNTED:
        return found.order_by("name", "pk")
    seen = Q(contacts__merged_into__isnull=True)
    if not user.sees_all_teams:
        seen = Q(contacts__in=visibility.all_contacts_of(user).values("pk"))
    holds = {f"contacts__latest_scores__{name}": value for name, value in COUNTED[order](metric).items()}
    # Scores that do not count are not joined at all.
    counted = FilteredRelation("contacts__latest_scores", condition=Q(contacts__latest_scores__metric=metric, **holds))
    number = Count("counted", filter=seen)
    return found.annotate(counted=counted).annotate(number=number).order_by("-number", "name", "pk")


def scores_of(user: User, metric: str) -> QuerySet[LatestScore]:
    """Return what the customers within a reader's reach said last."""
    scores = LatestScore.objects.filter(metric=metric)
    if user.sees_all_teams:
        return scores.filter(contact__merged_into__isnull=True)
    return scores.filter(contact__in=visibility.contacts_of(user).values("pk"))


def rated(page: Sequence[Company], user: User, metric: str, now: datetime) -> list[RatedCompany]:
    """Return what a page of `companies` shows; five queries."""
    keys = [company.pk for company in page]
    deals = _deals(keys, user)
    owners, bought, customers = _owners(deals), _bought(deals, now), _customers(keys, user)
    scores = scores_of(user, metric).filter(contact__company__in=keys).order_by()
    counts = _counts(scores, metric)
    is_open = scores.filter(work__in=LatestScore.OPEN).values_list("contact__company")
    open_work = dict(is_open.annotate(number=Count("pk")))
    return [
        RatedCompany(
            company=company,
            figures=Figures(metric, counts.get(company.pk, Counts())),
            customers=customers.get(company.pk, 0),
            open_work=open_work.get(company.pk, 0),
            owner=owners.get(company.pk, ""),
            bought=bought.get(company.pk, Decimal()),
        )
        for company in page
    ]


def _counts(scores: QuerySet[LatestScore], metric: str) -> dict[int, Counts]:
    """Return how many are good, middling and bad, by company."""
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for company, category, number in scores.values_list("contact__company", "category").annotate(number=Count("pk")):
        found[company or 0][category] = number
    categories = SCALES[metric].categories
    return {
        company: Counts(*(by_category.get(categories[tier].value, 0) for tier in Tier))
        for company, by_category in found.items()
    }


def _customers(companies: Sequence[int], user: User) -> dict[int, int]:
    seen = visibility.contacts_of(user).filter(company__in=companies).order_by()
    return {company: number for company, number in seen.values_list("company").annotate(number=Count("pk")) if company}


def _deals(companies: Sequence[int], user: User) -> QuerySet[Deal]:
    """Return the deals of these companies that were made with customers within a reader's reach."""
    deals = Deal.objects.filter(company__in=companies)
    return deals if user.sees_all_teams else deals.filter(contact__in=visibility.contacts_of(user).values("pk"))


def _owners(deals: QuerySet[Deal]) -> dict[int, str]:
    """Return who owns the latest deal of each company, among colleagues who are still here."""
    owned = deals.filter(manager__is_active=True).order_by("company", "-updated_at", "-pk")
    latest = owned.distinct("company").select_related("manager")
    return {deal.company_id: str(deal.manager) for deal in latest if deal.company_id}


def _bought(deals: QuerySet[Deal], now: datetime) -> dict[int, Decimal]:
    won = conditions.bought(now, deals).order_by()
    return dict(won.values_list("company").annotate(sum=Sum("amount_base")))
