"""Kiosks beside open links: the same table, and whether their tablets are heard of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.business_hours import Calendar, NeverOpen, due
from accounts.company_clock import BusinessCalendars, business_calendars
from analytics.dashboard.readers import managers_only
from analytics.open_links.sample import WayInSample
from analytics.open_links.views import COLUMNS, WaysInForm, download, show
from analytics.rollups.cells import Selection
from responses.models import Kiosk, Tablet

HOUR = 3600


class KiosksForm(WaysInForm):
    ways = Kiosk
    page = "kiosks"


@dataclass(frozen=True, slots=True)
class TabletLine:
    """`is_missed`: nothing was heard of it for a whole working day."""

    name: str
    seen_at: datetime | None
    unsent: int
    refused: int
    is_active: bool
    is_missed: bool


@require_safe
@managers_only
def show_kiosks(request: HttpRequest) -> HttpResponse:
    return show(request, KiosksForm, "analytics/kiosks.html", {}, _with_tablets)


@require_safe
@managers_only
def download_kiosks(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the table with the same filters, as CSV or XLSX, and note who took it along."""
    return download(request, KiosksForm, "kiosks", kind, ("kiosk", *COLUMNS[1:]))


def is_missed(tablet: Tablet, calendar: Calendar, now: datetime) -> bool:
    """Whether a tablet that should be heard of was silent for as many business hours as a day has."""
    if not tablet.is_active or tablet.seen_at is None or not tablet.kiosk.is_active:
        return False
    opens, closes = calendar.hours_of(tablet.seen_at.date())
    try:
        return due(tablet.seen_at, (closes - opens).total_seconds() / HOUR, calendar) < now
    except NeverOpen:
        return False


def _with_tablets(rows: Sequence[WayInSample], _selection: Selection) -> Sequence[dict[str, Any]]:
    tablets: dict[int, list[TabletLine]] = defaultdict(list)
    calendars, now = business_calendars(), clock.now()
    related = ("kiosk__team", "kiosk__manager__team")
    found = Tablet.objects.paired().filter(kiosk__in=[row.way.pk for row in rows]).select_related(*related)
    for tablet in found.order_by("-is_active", "pk"):
        tablets[tablet.kiosk_id].append(_line(tablet, calendars, now))
    return [_of_kiosk(tablets[row.way.pk]) for row in rows]


def _of_kiosk(tablets: Sequence[TabletLine]) -> dict[str, Any]:
    in_use = [tablet for tablet in tablets if tablet.is_active]
    return {
        "tablets": in_use,
        "seen_at": max((tablet.seen_at for tablet in in_use if tablet.seen_at), default=None),
        "unsent": sum(tablet.unsent for tablet in in_use),
        "missed": [tablet for tablet in in_use if tablet.is_missed],
        "refused": sum(tablet.refused for tablet in in_use),
    }


def _line(tablet: Tablet, calendars: BusinessCalendars, now: datetime) -> TabletLine:
    kiosk = tablet.kiosk
    team = kiosk.team or (kiosk.manager.team if kiosk.manager else None)
    calendar = calendars.of(team.region if team else "")
    return TabletLine(
        tablet.name, tablet.seen_at, tablet.waiting, tablet.refused, tablet.is_active, is_missed(tablet, calendar, now)
    )
