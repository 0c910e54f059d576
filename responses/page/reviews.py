"""The way from our page or letter to a place for a public review: one visit, never a review."""

from dataclasses import replace
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from accounts import clock, visitors
from responses import services
from responses.page import links, offers, sightings, views


# The address names a link that this installation has set, never where to go: it leads nowhere else.
@login_not_required
@csrf_exempt
@require_safe
def visit(request: HttpRequest, token: str, link_id: int) -> HttpResponse:
    now = clock.now()
    network = visitors.network(visitors.address(request))
    link = links.find(token, network=network, now=now)
    place = next((place for place in offers.reviews(link.brand_id) if place.pk == link_id), None) if link else None
    if link is None or place is None:
        return views.unknown(request)
    if link.is_flooded:
        return views.busy(request, link)
    seen = sightings.seen(request, link, None, network, now)
    services.record_visit(replace(seen, followed=place.pk), now=now)
    return HttpResponse(status=HTTPStatus.FOUND, headers={**views.HEADERS, "Location": place.url})
