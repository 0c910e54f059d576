from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.models import User
from crm import consents, merges
from crm.models import Contact
from followups.customers import chat_ways, same_mailbox, scores, timeline, visibility
from followups.customers.list_page import list_page
from followups.customers.wishes import wishes_of
from followups.forms import WordForm
from followups.models import CallTry
from responses.models import Remark

# A company page names this many of its people; all of them are found by searching.
PEOPLE = 50
# Of the calls to a customer so many are named.
LATEST_TRIES = 10
# And so many of what they said without a score.
LATEST_REMARKS = 5


@require_safe
def show_contacts(request: HttpRequest) -> HttpResponse:
    return list_page(request)


@require_safe
def show_contact(request: HttpRequest, pk: int) -> HttpResponse:
    contact = _survivor(request, pk)
    return _contact_page(request, contact, WordForm()) if contact.pk == pk else redirect("contact", contact.pk)


@require_POST
@permission_required(consents.MAY_RECORD, raise_exception=True)
def record_consent(request: HttpRequest, pk: int) -> HttpResponse:
    contact, form = _survivor(request, pk), WordForm(request.POST)
    if form.is_valid():
        try:
            consents.record(form.word_of(contact), by=cast(User, request.user))
        except consents.ObjectionStands:
            form.add_error("said", _("The customer objected, and you may not take that back. Ask an administrator."))
        except consents.NewerWordStands:
            form.add_error("day", _("The customer said something else later than that."))
        else:
            messages.success(request, _("What the customer said is written down."))
            return redirect("contact", contact.pk)
    return _contact_page(request, contact, form)


def _survivor(request: HttpRequest, pk: int) -> Contact:
    """Return the customer's record within the reader's reach, or the one that absorbed it."""
    visible = visibility.contacts_of(cast(User, request.user)).select_related("company")
    return get_object_or_404(visible, pk=merges.survivors_of([pk]).get(pk, pk))


def _contact_page(request: HttpRequest, contact: Contact, form: WordForm) -> HttpResponse:
    user, now = cast(User, request.user), clock.now()
    addresses = list(contact.addresses.preferred_first())
    context = {
        "contact": contact,
        "addresses": addresses,
        "chat_ways": chat_ways.ways_of(contact, addresses),
        "wishes": wishes_of(contact),
        "may_record": user.has_perm(consents.MAY_RECORD),
        "form": form,
        "holds": contact.holds.standing().order_by("since"),
        "records": same_mailbox.records_of(contact, user, now=now),
        "may_merge": user.has_perm(same_mailbox.MAY_MERGE),
        "history": timeline.of_contact(contact, page=_page(request)),
        "call_tries": CallTry.objects.filter(contact=contact)
        .select_related("by")
        .order_by("-at", "-pk")[:LATEST_TRIES],
        "remarks": Remark.objects.visible_to(user)
        .filter(contact=contact)
        .select_related("by")
        .order_by("-said_at", "-pk")[:LATEST_REMARKS],
        "now": now,
    }
    return render(request, "followups/contact.html", context)


@require_safe
def show_company(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    company = get_object_or_404(visibility.companies_of(user), pk=pk)
    people = visibility.contacts_of(user).filter(company=company).order_by("last_name", "first_name", "pk")
    found = list(people[: PEOPLE + 1])
    shown = found[:PEOPLE]
    context = {
        "company": company,
        "people": shown,
        "has_more_people": len(found) > PEOPLE,
        "scores": scores.of_contacts([contact.pk for contact in shown]),
        "ratings": scores.ratings_of(people),
        "history": timeline.of_people(people, page=_page(request)),
        "now": clock.now(),
    }
    return render(request, "followups/company.html", context)


def _page(request: HttpRequest) -> int:
    """Return the page of the timeline that is asked for, the first one for anything else than a number."""
    asked_for = request.GET.get("page", "")
    return max(1, int(asked_for)) if asked_for.isascii() and asked_for.isdigit() and len(asked_for) < 6 else 1
