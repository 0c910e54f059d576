from analytics.models.dashboard import Dashboard
from analytics.models.rollup import BREAKDOWNS, COUNTED, PAIRS, SCORES, Dimension, Rollup, RollupChange, RollupState

__all__ = [
    "BREAKDOWNS",
    "COUNTED",
    "PAIRS",
    "SCORES",
    "Dashboard",
    "Dimension",
    "Rollup",
    "RollupChange",
    "RollupState",
]
