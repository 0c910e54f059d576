"""The verbs of analytics: keeping the rollups true."""

from __future__ import annotations

from analytics import rollups
from analytics.rollups import Disagreement


def refresh_rollups() -> int:
    """Count the days that changed since the last refresh anew and return how many days that were."""
    return rollups.refresh()


def rebuild_rollups() -> int:
    """Count every day anew, for after a bulk load, and return how many days that were."""
    return rollups.rebuild()


def check_rollups() -> list[Disagreement]:
    """Return every day or month in which the rollups and the raw rows differ, marked months left out."""
    return rollups.disagreements()
