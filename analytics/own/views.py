"""Everybody's own page: how customers rated them, and what they said. No right is needed to see one's own."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock, company_clock
from accounts.models import User
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.views import read
from analytics.own import page
from analytics.own.forms import OwnForm


@require_safe
def show_own(request: HttpRequest) -> HttpResponse:
    zone = company_clock.zone()
    form = OwnForm(request.GET, person=cast(User, request.user), today=clock.now().astimezone(zone).date())
    content = filter_lists(form, request.GET)
    if not form.is_valid():
        return render(request, "analytics/own.html", content, status=400)
    content |= page.contents(form, read(form, form.selection(zone)), request.GET)
    return render(request, "analytics/own.html", content)
