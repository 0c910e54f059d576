"""The filters of a page of numbers as a request has them, within what its reader may see."""

from __future__ import annotations

from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from accounts import clock, company_clock
from accounts.models import User
from analytics.dashboard.filters import lists_for, teams_in_reach
from analytics.dashboard.forms import DashboardForm

FilledForm = TypeVar("FilledForm", bound=DashboardForm)


def filled(form: type[FilledForm], request: HttpRequest, **more: Any) -> tuple[FilledForm, ZoneInfo]:
    """Return the form of a page, bound to the address of the request, and the zone in which its days are counted.

    `more` is what only this form takes. The zone is looked up once for both.
    """
    person, zone = cast(User, request.user), company_clock.zone()
    today = clock.now().astimezone(zone).date()
    return form(request.GET, lists=lists_for(person), teams=teams_in_reach(person), today=today, **more), zone
