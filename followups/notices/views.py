import hashlib
import json
from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.access.sessions import background
from accounts.models import User
from followups import primary_keys
from followups.models import Followup, StaffNotice
from followups.notices import presence, shown, unread, wording
from followups.notices.forms import ReadingForm

PAGE = 30


@require_safe
def show_notices(request: HttpRequest) -> HttpResponse:
    rows = shown.of(cast(User, request.user)).select_related(*shown.KNOWN).order_by("-at", "-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    told = [(notice, wording.title(notice), wording.facts(notice)) for notice in page]
    newest = page.object_list[0].pk if page.object_list and page.number == 1 else 0
    return render(request, "followups/notices.html", {"page": page, "told": told, "newest": newest})


@require_POST
def read_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one notice as read and go to what it is about."""
    notice = get_object_or_404(shown.of(cast(User, request.user)).select_related("followup", "letter"), pk=pk)
    StaffNotice.objects.filter(pk=notice.pk).unread().update(read_at=clock.now())
    return redirect(notice.get_absolute_url())


@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark notices as read: those of one follow-up, else all up to the newest that the page showed."""
    form = ReadingForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    rows = StaffNotice.objects.filter(person=cast(User, request.user)).unread()
    form.chosen(rows).update(read_at=clock.now())
    return redirect(form.place())


@require_safe
@background
def show_news(request: HttpRequest) -> HttpResponse:
    """Say what is new for whoever has a page open, and who else looks at it (`at`: a follow-up).

    Asked every half minute, it writes nothing into the database.
    """
    person = cast(User, request.user)
    news = unread.of(person, since=_number(request, "since"))
    words = _in_words(news) | {"here": _others_at(_number(request, "at"), person)}
    tag = f'"{hashlib.sha256(json.dumps(words).encode()).hexdigest()[:20]}"'
    response = get_conditional_response(request, etag=tag) or JsonResponse(words)
    response.headers["ETag"] = tag
    return response


def _number(request: HttpRequest, name: str) -> int:
    return primary_keys.read(request.GET.get(name, "")) or 0


def _others_at(followup: int, person: User) -> str:
    """Note that a person looks at a follow-up that they may see, and say who else does."""
    if not followup:
        return ""
    # Whoever was seen there a moment ago has been asked for their right to it.
    may_see = presence.is_noted(followup, person) or _may_see(followup, person)
    return presence.in_words(presence.note(followup, person)) if may_see else ""


def _may_see(followup: int, person: User) -> bool:
    return Followup.objects.visible_to(person).filter(pk=followup).exists()


def _in_words(news: unread.Unread) -> dict[str, int | str]:
    unread_ones = ngettext("%(count)d unread notice", "%(count)d unread notices", news.notices)
    fresh = ngettext("%(count)d new follow-up, show it", "%(count)d new follow-ups, show them", news.fresh)
    return {
        "unread": news.notices,
        "latest": news.latest,
        "said": unread_ones % {"count": news.notices},
        "fresh": news.fresh,
        "freshSaid": fresh % {"count": news.fresh},
    }
