"""The tour of one session: it begins by itself at somebody's first login, and goes where they send it."""

from typing import Any, cast

from allauth.account.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from onboarding.models import TourPlace
from onboarding.tour.stops import STOPS, TourStop, Walker

# The step that a session shows; what is not there costs no query.
STEP = "tour"


@receiver(user_logged_in, dispatch_uid="onboarding.tour")
def begin_at_first_login(request: HttpRequest, user: User, **_details: Any) -> None:
    if TourPlace.begin_once(user):
        request.session[STEP] = 1


def stops_of(person: User) -> tuple[TourStop, ...]:
    return STOPS[Walker.of(person)]


def step_here(stops: tuple[TourStop, ...], step: int, page: str | None) -> int:
    """Return the step that a page shows while the tour is at `step`; 0 where it shows none.

    Whoever goes back in the browser, or to the page of another step, finds that step there; but for the last one,
    on whose page it is said where to go on.
    """
    if step <= len(stops) and stops[step - 1].page in ("", page):
        return step
    return next((number for number, stop in enumerate(stops[:-1], 1) if stop.page == page), 0)


def go_to(request: HttpRequest, step: int) -> TourStop | None:
    """Move to a step and return its stop; a step that is none ends the tour."""
    person = cast(User, request.user)
    stops = stops_of(person)
    is_over = not 1 <= step <= len(stops)
    TourPlace.move(person, TourPlace.OVER if is_over else step)
    if is_over:
        request.session.pop(STEP, None)
        return None
    request.session[STEP] = step
    return stops[step - 1]
