"""Who acts, and from where: known to whatever writes it down, however deep in the call."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseBase

from accounts import visitors
from accounts.models import User


@dataclass(frozen=True)
class Actor:
    """A `person`, or what acted in nobody's name: a client key, an import, a command. `network` is a coarse one."""

    person: User | None = None
    name: str = ""
    network: str = ""
    browser: str = ""

    def may_touch(self, other: User) -> bool:
        """Say whether this actor may change the other person: only a chief administrator changes one."""
        if self.person is None or self.person.pk == other.pk:
            return True
        return self.person.may_touch(other)


_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)
_behind: ContextVar[Actor | None] = ContextVar("behind", default=None)


def actor() -> Actor:
    """Return who acts now: whoever `acting_as` names, else the person or client key of the request, else nobody."""
    behind, request = _behind.get(), _request.get()
    if behind is not None or request is None:
        return behind or Actor()
    return of(request)


def request() -> HttpRequest | None:
    """Return the request that is being answered, if any."""
    return _request.get()


def of(request: HttpRequest) -> Actor:
    """Return who sent `request`."""
    user = getattr(request, "user", None)
    person = user if isinstance(user, User) else None
    name = "" if user is None or person or user.is_anonymous else str(user)
    return Actor(
        person=person,
        name=name,
        network=visitors.network(visitors.address(request)),
        browser=visitors.family(request.META.get("HTTP_USER_AGENT", "")),
    )


@contextmanager
def acting_as(person: User | None = None, *, name: str) -> Iterator[None]:
    """Let what happens inside be done by `person`, by means of what `name` says (“import of people”)."""
    before = _behind.set(Actor(person=person, name=name))
    try:
        yield
    finally:
        _behind.reset(before)


class ActingMiddleware:
    """Remember the request while it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        before = _request.set(request)
        try:
            return self.get_response(request)
        finally:
            _request.reset(before)
