"""What a rehearsal expects, and how it waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Missed(Exception):
    """Something was not as it should be."""


def expect(fact: object, sentence: str) -> None:
    """Raise Missed with this sentence unless the fact is true."""
    if not fact:
        raise Missed(sentence)


def until(
    what: str, look: Callable[[], Found | None], *, seconds: float = 25, meanwhile: Callable[[], None] | None = None
) -> Found:
    """Look again and again until there is something; raise Missed when there is nothing in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        if meanwhile is not None:
            meanwhile()
        time.sleep(0.2)
    raise Missed(f"waited {seconds:.0f} s in vain for {what}")
