"""Companies as their customers rate them: each customer counts once, by what they said last.

Only customers whom the reader may look at are counted, so that a number tells of nobody else's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum

from accounts.models import User
from analytics.counts import Counts
from analytics.dashboard.report import Figures
from crm import contact_search
from crm.models import Company, Deal, LatestScore
from followups.customers import visibility
from surveys.audiences import conditions
from surveys.metrics import SCALES, Tier

# By which orders the list goes: the column, and what stands before it.
BY_NAME, BY_CRITICS, BY_WORK = "name", "critics", "work"
ORDERS: Mapping[str, Sequence[str]] = {
    BY_NAME: ("name", "pk"),
    BY_CRITICS: ("-bad", "name", "pk"),
    BY_WORK: ("-open_work", "name", "pk"),
}


@dataclass(frozen=True, slots=True)
class RatedCompany:
    """`customers`: within the reader's reach; `open_work`: of how many of them a follow-up is open."""

    company: Company
    figures: Figures
    customers: int
    open_work: int
    owner: str
    bought: Decimal


def companies(user: User, metric: str, *, text: str = "", order: str = BY_NAME) -> QuerySet[Company]:
    """Return the companies that `user` may look at, with good, middle, bad and open_work of their customers."""
    seen = visibility.contacts_of(user).filter(company=OuterRef("pk")).order_by()
    scores = LatestScore.objects.filter(metric=metric, contact__in=visibility.contacts_of(user).values("pk"))
    of_company = scores.filter(contact__company=OuterRef("pk")).order_by().values("contact__company")
    counted = {
        tier.value: Subquery(of_company.filter(category=category).values(number=Count("pk")))
        for tier, category in SCALES[metric].categories.items()
    }
    found = visibility.companies_of(user).annotate(
        **counted,
        open_work=Subquery(of_company.filter(work__in=LatestScore.OPEN).values(number=Count("pk"))),
        customers=Subquery(seen.values("company").values(number=Count("pk"))),
    )
    for term in contact_search.terms(text):
        found = found.filter(contact_search.holding(term, "folded"))
    return _ordered(found, order)


def _ordered(found: QuerySet[Company], order: str) -> QuerySet[Company]:
    columns = ORDERS.get(order, ORDERS[BY_NAME])
    return found.order_by(
        *(F(name[1:]).desc(nulls_last=True) if name.startswith("-") else F(name).asc() for name in columns)
    )


def rated(page: Sequence[Company], metric: str, now: datetime) -> list[RatedCompany]:
    """Return what a page of `companies` shows; two queries more."""
    keys = [company.pk for company in page]
    owners, bought = _owners(keys), _bought(keys, now)
    return [
        RatedCompany(
            company=company,
            figures=Figures(metric, Counts(*(getattr(company, tier.value) or 0 for tier in Tier))),
            customers=getattr(company, "customers", 0) or 0,
            open_work=getattr(company, "open_work", 0) or 0,
            owner=owners.get(company.pk, ""),
            bought=bought.get(company.pk, Decimal()),
        )
        for company in page
    ]


def _owners(companies: Sequence[int]) -> dict[int, str]:
    """Return who owns the latest deal of each company that has one with an owner."""
    deals = Deal.objects.filter(company__in=companies, manager__isnull=False)
    latest = deals.order_by("company", "-updated_at", "-pk").distinct("company").select_related("manager")
    return {deal.company_id: str(deal.manager) for deal in latest if deal.company_id}


def _bought(companies: Sequence[int], now: datetime) -> dict[int, Decimal]:
    won = conditions.bought(now).filter(company__in=companies).order_by()
    return dict(won.values_list("company").annotate(sum=Sum("amount_base")))
