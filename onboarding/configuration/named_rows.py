"""Which products and channels the configuration takes along: those that something of it names."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from followups.models import Playbook
from responses.models import Kiosk, OpenLink
from surveys.models import CustomerSegment, ReviewLink, Trigger, Wave


def products() -> set[int]:
    """Return the keys of the products that rules and ways in name."""
    naming = (
        (Trigger, "products"),
        (Wave, "products"),
        (Playbook, "products"),
        (ReviewLink, "product"),
        (OpenLink, "product"),
        (Kiosk, "product"),
    )
    return _named(naming) | _in_segments("product")


def channels() -> set[int]:
    """Return the keys of the channels that rules and ways in name."""
    naming = ((Trigger, "channels"), (Wave, "channels"), (OpenLink, "channel"), (Kiosk, "channel"))
    return _named(naming) | _in_segments("channel")


def _named(naming: Iterable[tuple[type[models.Model], str]]) -> set[int]:
    """Return the keys of what rows of these models name by these fields."""
    found: set[int] = set()
    for model, name in naming:
        found.update(model._default_manager.exclude(**{name: None}).values_list(name, flat=True))
    return found


def _in_segments(name: str) -> set[int]:
    kept = CustomerSegment.objects.filter(is_shared=True).values_list(f"conditions__{name}", flat=True)
    return {int(key) for key in kept if str(key or "").isdecimal()}
