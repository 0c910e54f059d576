"""What rooms above this one add to the page of thanks, below the form: they register, the page does not know them."""

from collections.abc import Callable
from typing import NamedTuple

from surveys.metrics import Tier


class Thanked(NamedTuple):
    """Who has just been thanked. `words`: what the customer wrote; `token`: of their link; `contact_id`: of the record
    that speaks for them; `wants_nothing`: they said no to all messages."""

    token: str
    contact_id: int
    wants_nothing: bool
    language: str
    brand_id: int
    brand: str
    tier: Tier
    words: str


# Returns HTML that is safe to show, "" for nothing. It is called on the answer path: it keeps what it has to look up.
Extra = Callable[[Thanked], str]
_extras: list[Extra] = []


def register(extra: Extra) -> None:
    if extra not in _extras:
        _extras.append(extra)


def shown_to(thanked: Thanked) -> str:
    """Return what the page shows besides its thanks."""
    return "".join(extra(thanked) for extra in _extras)
