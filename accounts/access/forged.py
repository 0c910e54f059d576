"""A form without a good token: mostly a page that stood open while its reader logged in anew, rarely an attack."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import unsent


@login_not_required
def refuse(request: HttpRequest, **_reason: str) -> HttpResponse:
    """Say in our own words that nothing was done, with what was typed."""
    typed = unsent.form_of(request)
    if typed is None:
        context = {"page": unsent.page_of(request) if unsent.came_from_here(request) else ""}
        return render(request, "403_csrf.html", context, status=HTTPStatus.FORBIDDEN)
    if not request.user.is_authenticated:
        unsent.keep(request, typed)
        return redirect_to_login(typed["page"])
    return render(request, "403_csrf.html", {"unsent": typed, "page": typed["page"]}, status=HTTPStatus.FORBIDDEN)
