"""What customers are worth to the company, as far as the order of work goes by it.

An account (the company, or the contact where there is none) is worth what it has bought by the time its follow-up is
opened: the sum of its won deals in the company's own currency. One without deals is worth the amount that its answer
is about. It stays as it was then, so that the order is not moved by deals closed later.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from statistics import median

from django.db.models import QuerySet, Sum

from crm.models import Deal
from followups.models import Followup, WorkSubject

# However much somebody buys, nobody weighs more than so many times a customer without deals.
MOST = 16.0
# An ordinary customer is the median of so many follow-ups, the latest ones of customers who have bought something.
ORDINARY_OF = 500


def of_accounts(subjects: Iterable[WorkSubject]) -> dict[WorkSubject, Decimal | None]:
    """Return what the account of each answer or ask is worth; two queries."""
    asked = list(subjects)
    won = Deal.objects.filter(status=Deal.Status.WON, amount_base__isnull=False)
    by_company = _sums(won.filter(company__in={row.company_id for row in asked} - {None}), "company")
    alone = {row.contact_id for row in asked if row.company_id is None} - {None}
    by_contact = _sums(won.filter(contact__in=alone, company__isnull=True), "contact")
    return {row: _bought(row, by_company, by_contact) or row.amount_base for row in asked}


def ordinary() -> Decimal | None:
    """Return what an ordinary customer is worth; None while nobody has bought anything."""
    known = Followup.objects.filter(worth__gt=0).order_by("-pk").values_list("worth", flat=True)[:ORDINARY_OF]
    found = [worth for worth in known if worth is not None]
    return median(found) if found else None


def value(worth: Decimal | None, ordinary: Decimal | None) -> float:
    """Return how much a customer weighs: 1 without deals, 2 an ordinary one, at most 16."""
    if not worth or worth < 0 or not ordinary:
        return 1.0
    return min(1.0 + float(worth / ordinary), MOST)


def _sums(deals: QuerySet[Deal], of: str) -> dict[int, Decimal]:
    return dict(deals.values_list(of).annotate(sum=Sum("amount_base")).order_by())


def _bought(row: WorkSubject, by_company: Mapping[int, Decimal], by_contact: Mapping[int, Decimal]) -> Decimal | None:
    if row.company_id is not None:
        return by_company.get(row.company_id)
    return by_contact.get(row.contact_id) if row.contact_id is not None else None
