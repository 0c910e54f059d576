"""What time it is for Plumb: the wall clock, moved by a documented override where one is configured."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """Return the current moment, timezone-aware, in UTC.

    Where the setting CLOCK_OFFSET_FILE names a file, the seconds written there are added, so that a demo, a
    smoke run or a rehearsal can let days pass in all processes at once. Without it, it is the wall clock.
    """
    return timezone.now() + offset()


def offset() -> timedelta:
    """Return how far the clock is moved (zero without an override or without its file)."""
    if not settings.CLOCK_OFFSET_FILE:
        return timedelta()
    try:
        return timedelta(seconds=float(Path(settings.CLOCK_OFFSET_FILE).read_text()))
    except FileNotFoundError:
        return timedelta()


def advance(by: timedelta) -> timedelta:
    """Move the clock of every process that shares CLOCK_OFFSET_FILE and return the new offset."""
    if not settings.CLOCK_OFFSET_FILE:
        raise ClockIsReal("Set CLOCK_OFFSET_FILE to a writable path first; without it the clock is the real one.")
    moved = offset() + by
    path = Path(settings.CLOCK_OFFSET_FILE)
    draft = path.with_name(path.name + ".new")
    draft.write_text(str(moved.total_seconds()))
    draft.replace(path)
    return moved


class ClockIsReal(Exception):
    """The clock cannot be moved because no override is configured."""
