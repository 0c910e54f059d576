from analytics.models.dashboard import Dashboard
from analytics.models.rollup import BREAKDOWNS, COUNTED, SCORES, Dimension, Rollup, RollupState, StaleMoment

__all__ = ["BREAKDOWNS", "COUNTED", "SCORES", "Dashboard", "Dimension", "Rollup", "RollupState", "StaleMoment"]
