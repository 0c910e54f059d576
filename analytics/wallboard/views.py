"""Wallboards: made and revoked by those who may, and looked at by whoever has the link."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from accounts import clock, company_clock, securitylog
from accounts.models import SecurityEvent, User
from analytics.dashboard.filters import teams_in_reach
from analytics.models import Wallboard
from analytics.models.wallboard import WallboardQuerySet
from analytics.wallboard import board
from analytics.wallboard.forms import WallboardForm

# The link is the permission: it must stay in no cache, no index and no referrer.
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
makers_only = permission_required(["analytics.view_dashboard", "analytics.make_wallboards"], raise_exception=True)


@login_not_required
@require_safe
@sensitive_variables("token")
def show_wallboard(request: HttpRequest, token: str) -> HttpResponse:
    found = Wallboard.objects.of_token(token).select_related("team").first()
    with translation.override((found.language if found else "") or translation.get_language()):
        if found is None:
            return _sent(render(request, "analytics/wallboard_gone.html", status=404))
        now, zone = clock.now(), company_clock.zone()
        found.note_seen(at=now)
        content = board.contents(found, now.astimezone(zone).date(), zone) | {"at": now.astimezone(zone)}
        return _sent(render(request, "analytics/wallboard.html", content))


@require_safe
@makers_only
def show_wallboards(request: HttpRequest) -> HttpResponse:
    return _page(request, WallboardForm(person=cast(User, request.user)))


@require_POST
@makers_only
@never_cache
@sensitive_variables("token", "link")
def make_wallboard(request: HttpRequest) -> HttpResponse:
    """Make a wallboard and show its link, this once."""
    person = cast(User, request.user)
    form = WallboardForm(request.POST, person=person)
    if not form.is_valid():
        return _page(request, form, status=400)
    made = form.save(commit=False)
    made.made_by, made.made_at = person, clock.now()
    token = made.draw_token()
    made.save()
    securitylog.note(SecurityEvent.Kind.KEY_ISSUED, subject=f"wallboard {made.pk}: {made}", team=str(made.team or ""))
    link = settings.BASE_URL + reverse("wallboard", args=[token])
    return _page(request, WallboardForm(person=person), made=made, link=link)


@require_POST
@makers_only
def revoke_wallboard(request: HttpRequest, pk: int) -> HttpResponse:
    person = cast(User, request.user)
    found = get_object_or_404(_in_reach(person), pk=pk)
    if found.revoke(by=person, at=clock.now()):
        securitylog.note(SecurityEvent.Kind.KEY_REVOKED, subject=f"wallboard {found.pk}: {found}")
    messages.success(request, _("The link leads nowhere any more."))
    return redirect("wallboards")


def _in_reach(person: User) -> WallboardQuerySet:
    teams = teams_in_reach(person)
    everything: WallboardQuerySet = Wallboard.objects.all()
    return everything if teams is None else everything.filter(team__in=teams)


def _page(
    request: HttpRequest, form: WallboardForm, status: int = 200, made: Wallboard | None = None, link: str = ""
) -> HttpResponse:
    boards = _in_reach(cast(User, request.user)).select_related("team", "made_by", "revoked_by").order_by("-pk")
    context = {"form": form, "boards": boards, "made": made, "link": link}
    return render(request, "analytics/wallboards.html", context, status=status)


def _sent(response: HttpResponse) -> HttpResponse:
    for name, value in HEADERS.items():
        response[name] = value
    return response
