"""The customers of a list, taken along."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any, cast

from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import clock, company_clock, securitylog
from accounts.csv_files import Row, csv_pieces, harmless
from accounts.models import Organisation, SecurityEvent, User
from crm import samples
from crm.models import Contact, LatestScore, Product
from followups.customers import scores
from followups.customers.listed import listed

PAGE = 1000
OF_CONTACT = (
    "id", "source", "external_id", "name", "company", "email", "phone", "language", "region", "bought_in_12_months",
    "currency",
)  # fmt: skip
OF_SCORE = (
    "metric", "score", "category", "score_before", "trend", "answered_at", "product", "topics", "follow_up",
    "reached_at",
)  # fmt: skip
NO_SCORE = ("",) * len(OF_SCORE)


@require_safe
@permission_required("analytics.view_dashboard", raise_exception=True)
def download_contacts(request: HttpRequest) -> HttpResponseBase:
    """Send the customers of the list as CSV, a row for each latest score, and note who took them along.

    Conditions that cannot be read are shown on the list instead: without them the file would hold more customers.
    """
    now = clock.now()
    found = listed(request.GET, cast(User, request.user), now)
    if not found.form.is_valid():
        return redirect(f"{reverse('contacts')}?{request.GET.urlencode()}")
    securitylog.note(
        SecurityEvent.Kind.EXPORTED,
        subject="customers.csv",
        rows=found.contacts.count(),
        filters=request.GET.dict(),
    )
    pieces = csv_pieces((*OF_CONTACT, *OF_SCORE), _pages(found.contacts, now), marked=True)
    name = samples.marked(f"customers-{company_clock.today(now)}.csv")
    return StreamingHttpResponse(
        pieces,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _pages(contacts: QuerySet[Contact], now: datetime) -> Iterator[list[Row]]:
    """Yield the rows of a page of customers at a time, in the order in which they became known."""
    currency, products = Organisation.current().currency, dict(Product.objects.values_list("pk", "name"))
    last = 0
    while page := list(contacts.filter(pk__gt=last).select_related("company").order_by("pk")[:PAGE]):
        last = page[-1].pk
        keys = [contact.pk for contact in page]
        said, worth = scores.of_contacts(keys), scores.values_of(keys, now)
        yield list(
            chain.from_iterable(
                _rows((*_of_contact(contact), worth.get(contact.pk, 0), currency), said.get(contact.pk, ()), products)
                for contact in page
            )
        )


def _of_contact(contact: Contact) -> Row:
    told = (
        contact.source, contact.external_id or "", contact.name, str(contact.company or ""), contact.email,
        contact.phone, contact.language, contact.region,
    )  # fmt: skip
    return (contact.pk, *map(harmless, told))


def _rows(of_contact: Row, said: Any, products: dict[int, str]) -> Iterator[Row]:
    rows = [shown.row for shown in said]
    yield from ((*of_contact, *_of_score(row, products)) for row in rows)
    if not rows:
        yield (*of_contact, *NO_SCORE)


def _of_score(row: LatestScore, products: dict[int, str]) -> Row:
    return (
        row.metric, row.score, row.category, row.previous_score, row.trend, row.answered_at,
        harmless(products.get(row.product_id or 0, "")), ", ".join(row.topics), row.work, row.reached_at,
    )  # fmt: skip
