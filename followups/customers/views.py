from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.models import User
from crm import merges
from crm.models import Consent, Contact
from followups.customers import same_mailbox, timeline, visibility
from followups.forms import CustomerSearchForm

PAGE = 25
# A company page names this many of its people; all of them are found by searching.
PEOPLE = 50


@require_safe
def show_contacts(request: HttpRequest) -> HttpResponse:
    form = CustomerSearchForm(request.GET)
    form.is_valid()
    text, category = form.cleaned_data.get("q") or "", form.cleaned_data.get("answered")
    contacts = visibility.search(visibility.contacts_of(cast(User, request.user)).select_related("company"), text)
    if category:
        contacts = visibility.by_last_answer(contacts, category)
    if form.cleaned_data.get("one_mailbox"):
        contacts = merges.with_twins(contacts)
    page = Paginator(contacts.order_by("last_name", "first_name", "pk"), PAGE).get_page(request.GET.get("page"))
    twins = merges.with_twins(Contact.objects.filter(pk__in=[contact.pk for contact in page]))
    context = {
        "form": form,
        "page": page,
        "q": text,
        "category": category,
        "last": visibility.last_answers(page),
        "twins": set(twins.values_list("pk", flat=True)),
    }
    return render(request, "followups/contacts.html", context)


@require_safe
def show_contact(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = cast(User, request.user), clock.now()
    survivor = merges.survivors_of([pk]).get(pk)
    visible = visibility.contacts_of(user).select_related("company")
    contact = get_object_or_404(visible, pk=survivor or pk)
    if survivor:
        return redirect("contact", survivor)
    consents = list(contact.consents.order_by("medium"))
    context = {
        "contact": contact,
        "addresses": contact.addresses.preferred_first(),
        "consents": consents,
        "objections": [consent for consent in consents if consent.status == Consent.Status.OBJECTED],
        "holds": contact.holds.standing().order_by("since"),
        "records": same_mailbox.records_of(contact, user, now=now),
        "may_merge": user.has_perm(same_mailbox.MAY_MERGE),
        "history": timeline.of_contact(contact, page=_page(request)),
        "now": now,
    }
    return render(request, "followups/contact.html", context)


@require_safe
def show_company(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    company = get_object_or_404(visibility.companies_of(user), pk=pk)
    people = visibility.contacts_of(user).filter(company=company).order_by("last_name", "first_name", "pk")
    context = {
        "company": company,
        "people": people[:PEOPLE],
        "history": timeline.of_people(people, page=_page(request)),
        "now": clock.now(),
    }
    return render(request, "followups/company.html", context)


def _page(request: HttpRequest) -> int:
    """Return the page of the timeline that is asked for, the first one for anything else than a number."""
    asked_for = request.GET.get("page", "")
    return max(1, int(asked_for)) if asked_for.isascii() and asked_for.isdigit() and len(asked_for) < 6 else 1
