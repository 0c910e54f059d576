"""Where people begin, when something of an app above comes before their usual first page."""

from collections.abc import Callable

from accounts.models import User

# Returns the name of a page, or None.
Landing = Callable[[User], str | None]
_landings: list[Landing] = []


def first(landing: Landing) -> None:
    """Let `landing` say where somebody begins, before their usual page."""
    _landings[:] = [landing]


def of(person: User) -> str | None:
    """Return the name of the page on which this person begins, None for the usual one."""
    return next((name for landing in _landings if (name := landing(person))), None)
