from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.models import User
from followups.forms import InboxFilterForm
from followups.inbox import worklist
from followups.models.followup import FollowupQuerySet

PAGE = 25


@require_safe
def show_inbox(request: HttpRequest) -> HttpResponse:
    user, now = cast(User, request.user), clock.now()
    tabs = worklist.tabs(user)
    tab = next((tab for tab in tabs if tab.key == request.GET.get("tab")), worklist.first_tab(tabs))
    form = InboxFilterForm(request.GET)
    form.is_valid()
    is_closed = form.cleaned_data.get("status") == InboxFilterForm.CLOSED
    rows = _filtered(worklist.rows_of(tab.key, user), form)
    ordered = worklist.newest_closed_first(rows.closed()) if is_closed else worklist.most_urgent_first(rows.open(), now)
    page = Paginator(ordered, PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": tabs,
        "tab": tab,
        "form": form,
        "page": page,
        "buckets": worklist.buckets(page, now),
        "is_filtered": bool(form.cleaned_data.get("q") or form.cleaned_data.get("category")),
        "is_closed": is_closed,
        "now": now,
    }
    fragment = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    response = render(request, "followups/_worklist.html" if fragment else "followups/inbox.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _filtered(rows: FollowupQuerySet, form: InboxFilterForm) -> FollowupQuerySet:
    if category := form.cleaned_data.get("category"):
        rows = rows.filter(response__category=category)
    return worklist.search(rows, form.cleaned_data.get("q") or "")
