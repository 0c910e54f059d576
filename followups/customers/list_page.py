"""The list of customers as a page."""

from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import clock
from accounts.models import Organisation, User
from crm import merges
from crm.models import Contact
from followups.customers import scores, segments
from followups.customers.forms import SegmentNameForm
from followups.customers.listed import listed

PAGE = 25


def list_page(request: HttpRequest, segment_form: SegmentNameForm | None = None) -> HttpResponse:
    """Render the customers that the address asks for; `segment_form`: a bound one that says what to fix."""
    now = clock.now()
    found = listed(request.GET, cast(User, request.user), now)
    in_order = found.contacts.select_related("company").order_by("last_name", "first_name", "pk")
    page = Paginator(in_order, PAGE).get_page(request.GET.get("page"))
    keys = [contact.pk for contact in page]
    twins = merges.with_twins(Contact.objects.filter(pk__in=keys))
    context = {
        "form": found.form,
        "found": found,
        "page": page,
        "scores": scores.of_contacts(keys),
        "worth": scores.values_of(keys, now),
        "currency": Organisation.current().currency,
        "twins": set(twins.values_list("pk", flat=True)),
        "may_take_along": request.user.has_perm("analytics.view_dashboard"),
        "query": request.GET.urlencode(),
        **segments.shown(request, found, now, segment_form),
    }
    return render(request, "followups/contacts.html", context)
