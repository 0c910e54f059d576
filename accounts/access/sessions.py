"""Where people are logged in: seen, ended when idle, ended by hand."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import actors, securitylog
from accounts.models import StaffSession, User
from accounts.securitylog import Kind

# How often a session that is in use is noted.
NOTED_EVERY = timedelta(minutes=1)
SEEN = "seen"

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def end(session: StaffSession) -> None:
    """Log this browser out, now; ending it twice changes nothing."""
    Session.objects.filter(session_key=session.session_key).delete()
    session.delete()
    securitylog.note(Kind.SESSION_ENDED, about=session.person, where=f"{session.browser} {session.network}".strip())


@transaction.atomic
def end_all(person: User, *, but: str | None = None) -> int:
    """Log a person out everywhere, except in the session whose key is `but`; return how many sessions that ended."""
    sessions = list(person.sessions.exclude(session_key=but or "").select_for_update().select_related("person"))
    for session in sessions:
        end(session)
    return len(sessions)


def end_others(person: User) -> int:
    """Log a person out everywhere but in the session that asks for it."""
    request = actors.request()
    return end_all(person, but=request.session.session_key if request else None)


def note(request: HttpRequest, person: User) -> None:
    """Note that `person` uses the session of `request`, at most once in NOTED_EVERY.

    Sessions live by the wall clock, as Django's do: a rehearsal that moves the clock logs nobody out.
    """
    now, seen = timezone.now(), request.session.get(SEEN)
    if seen and now.timestamp() - seen < NOTED_EVERY.total_seconds():
        return
    request.session[SEEN] = now.timestamp()
    if request.session.session_key is None:
        request.session.save()
    by = actors.of(request)
    StaffSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={"person": person, "network": by.network, "browser": by.browser, "seen_at": now},
        create_defaults={
            "person": person, "network": by.network, "browser": by.browser, "seen_at": now, "began_at": now
        },
    )  # fmt: skip


def is_idle(request: HttpRequest) -> bool:
    """Say whether nobody was seen in this session for SESSION_IDLE_MINUTES (0: never too long)."""
    seen, longest = request.session.get(SEEN), settings.SESSION_IDLE_MINUTES * 60
    return bool(longest and seen and timezone.now().timestamp() - seen > longest)


def forget_ended() -> int:
    """Delete the records of sessions that let nobody in any more, and return how many."""
    return StaffSession.objects.exclude(pk__in=StaffSession.objects.running().values("pk")).delete()[0]


def background(view: View) -> View:
    """Mark a view that open pages call by themselves: that they do is no sign of a person, and keeps no session."""
    view.is_background = True  # type: ignore[attr-defined]
    return view


class StaffSessionMiddleware:
    """Keep track of sessions in use, end idle ones, and let no browser keep a page that only staff may see."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_staff_page = isinstance(request.user, User)
        if is_staff_page and is_idle(request):
            logout(request)
            messages.info(request, _("You were logged out because you were away for a while."))
        response = self.get_response(request)
        if is_staff_page:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponseBase], *_arguments: object) -> None:
        if isinstance(request.user, User) and not getattr(view, "is_background", False):
            note(request, request.user)
