from datetime import datetime
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.models import Organisation, User
from followups import bulk
from followups.inbox import lists, queues, told, worklist
from followups.inbox.forms import BulkForm
from followups.inbox.lists import Reader, WorkList
from followups.inbox.queues import Queues
from followups.models import Followup

PAGE = 25


@require_safe
def show_inbox(request: HttpRequest) -> HttpResponse:
    lists.remember(request)
    return inbox_page(request)


def inbox_page(request: HttpRequest, *, status: int = 200, bulk_form: BulkForm | None = None) -> HttpResponse:
    """Render the list that the address names, or the part that HTMX asks for; a bound `bulk_form` says what to fix."""
    reader = Reader.at(clock.now(), cast(User, request.user))
    fragment = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    saved = None if fragment else Queues.of(reader)
    work = lists.listed(request.GET, reader)
    context = _listing(request, work, reader.now) | {
        "bulk_form": bulk_form or BulkForm(user=reader.user, states=reader.known.states)
    }
    context |= queues.shown(request, saved) if saved else {}
    name = "followups/_worklist.html" if fragment else "followups/inbox.html"
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _listing(request: HttpRequest, work: WorkList, now: datetime) -> dict[str, object]:
    page: Page[Followup] = Paginator(cast(Any, work.stretches), PAGE).get_page(request.GET.get("page"))
    return {
        "work": work,
        "tabs": work.tabs,
        "tab": work.tab,
        "form": work.form,
        "page": page,
        "buckets": worklist.buckets(page, now),
        "is_filtered": work.is_filtered,
        "is_closed": work.is_closed,
        "currency": Organisation.current().currency,
        "told": told.of_request(request, now),
        "most": bulk.MOST,
        "now": now,
    }


@require_safe
def show_end(request: HttpRequest) -> HttpResponse:
    """Say that a list has come to its end, and what there is to go on with."""
    reader = Reader.at(clock.now(), cast(User, request.user))
    saved, work = Queues.of(reader), lists.of_request(request, reader)
    context = {"work": work, "list_address": lists.address(work.query)} | queues.shown(request, saved)
    return render(request, "followups/end.html", context)
