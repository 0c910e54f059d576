"""What a long list of a filter offers while somebody types."""

from typing import cast

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from accounts.models import User
from analytics.dashboard import long_lists
from analytics.dashboard.filters import Choices, Lists, lists_for
from analytics.dashboard.readers import managers_only

LONGEST = 200


@require_safe
@managers_only
def offer_choices(request: HttpRequest, name: str) -> JsonResponse:
    """Answer with the names that hold what is typed (`q`), within what the person may choose: {"names": […]}."""
    known = long_lists.labels(_list(lists_for(cast(User, request.user)), name))
    typed = request.GET.get("q", "")[:LONGEST]
    names = [known[pk] for pk in long_lists.found(known, typed)[: long_lists.MOST_OFFERED]]
    return JsonResponse({"names": names})


def _list(lists: Lists, name: str) -> Choices:
    match name:
        case "manager":
            return lists.managers
        case "product":
            return lists.products
        case "channel":
            return lists.channels
        case "team":
            return lists.teams
        case "survey":
            return [(survey.pk, survey.full_name) for survey in lists.surveys]
    raise Http404
