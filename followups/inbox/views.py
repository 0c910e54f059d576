from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.models import User
from followups.inbox import lists, worklist

PAGE = 25


@require_safe
def show_inbox(request: HttpRequest) -> HttpResponse:
    user, now = cast(User, request.user), clock.now()
    work = lists.listed(request.GET, user, now)
    lists.remember(request)
    page = Paginator(work.rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": work.tabs,
        "tab": work.tab,
        "form": work.form,
        "page": page,
        "buckets": worklist.buckets(page, now),
        "is_filtered": work.is_filtered,
        "is_closed": work.is_closed,
        "now": now,
    }
    fragment = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    response = render(request, "followups/_worklist.html" if fragment else "followups/inbox.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response
