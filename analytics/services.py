"""The verbs of analytics: keeping the rollups true."""

from __future__ import annotations

from analytics.rollups import upkeep
from analytics.rollups.upkeep import Disagreement


def refresh_rollups() -> int:
    """Fold what changed since the last refresh into the rollups and return how many changes that were."""
    return upkeep.refresh()


def rebuild_rollups() -> None:
    """Count every day anew from the raw rows. Never needed, but the way out when check_rollups finds something."""
    upkeep.rebuild()


def check_rollups() -> list[Disagreement]:
    """Return every day or month in which the rollups do not count what the raw rows count."""
    return upkeep.disagreements()
