"""Watching a follow-up: being told of what happens to it without having it."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from followups.inbox.followup_page import reachable
from followups.inbox.verbs import verb
from followups.models import Followup, Watcher
from followups.notices import mentions

MOST_NAMES = 8


@verb(shows="standing")
def watch(request: HttpRequest, followup: Followup, user: User) -> HttpResponse | str:
    if request.POST.get("watch") == "no":
        Watcher.objects.filter(followup=followup, person=user).delete()
        return _("You do not watch this follow-up any more.")
    Watcher.objects.get_or_create(followup=followup, person=user)
    return _("You watch this follow-up: you are told of what happens to it.")


@require_safe
def list_colleagues(request: HttpRequest, pk: int) -> HttpResponse:
    """Name colleagues who may see a follow-up and in whose name what was typed occurs; a name of two by address."""
    followup, typed = reachable(request, pk), request.GET.get("q", "").strip().removeprefix("@").casefold()
    seeing = [person for person in mentions.colleagues() if followup.is_visible_to(person) and person != request.user]
    names = [str(person) for person in seeing]
    shown = [person.email if names.count(str(person)) > 1 and person.email else str(person) for person in seeing]
    found = [name for name in shown if typed and typed in name.casefold()]
    return JsonResponse({"names": found[:MOST_NAMES]})
