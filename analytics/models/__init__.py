from analytics.models.alarm import Alarm, WatchedSeries
from analytics.models.answer_change import AnswerChange
from analytics.models.dashboard import Dashboard
from analytics.models.goal import Goal
from analytics.models.rollup import (
    BREAKDOWNS,
    COUNTED,
    PAIRS,
    ROW_KEYS,
    SCORES,
    SOON_DAYS,
    WITHIN,
    Dimension,
    MonthlySpread,
    Rollup,
    RollupChange,
    RollupState,
    Succession,
)
from analytics.models.saved_view import SavedView
from analytics.models.wallboard import Wallboard
from analytics.models.word_proposal import WordProposal
from analytics.models.yardstick import Band, Benchmark

__all__ = [
    "BREAKDOWNS",
    "COUNTED",
    "PAIRS",
    "ROW_KEYS",
    "SCORES",
    "SOON_DAYS",
    "WITHIN",
    "Alarm",
    "AnswerChange",
    "Band",
    "Benchmark",
    "Dashboard",
    "Dimension",
    "Goal",
    "MonthlySpread",
    "Rollup",
    "RollupChange",
    "RollupState",
    "SavedView",
    "Succession",
    "Wallboard",
    "WatchedSeries",
    "WordProposal",
]
