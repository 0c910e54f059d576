"""When an answer was given, by a clock that nobody sets: pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# Whatever waited longer is kept, and marked.
OLD = timedelta(days=30)
# The clock of the tablet and ours are read a moment apart.
SLACK = timedelta(seconds=5)


@dataclass(frozen=True)
class GivenAt:
    """The moment of an answer.

    `is_bounded`: the clock of the tablet cannot have been right; `is_old`: it waited very long.
    """

    at: datetime
    is_bounded: bool = False
    is_old: bool = False


def given(at: int, *, sent: int, paired_at: datetime, now: datetime) -> GivenAt:
    """Return when an answer was given that a tablet dates `at` and sent at `sent`, both in ms by its own clock.

    How far that clock is off is what it said when it sent from `now`, when that came. No answer is older than its
    tablet, or of tomorrow.
    """
    try:
        moment = now - timedelta(milliseconds=sent - at)
    except OverflowError:
        moment = datetime.min.replace(tzinfo=UTC) if sent > at else datetime.max.replace(tzinfo=UTC)
    within = min(max(moment, paired_at), now)
    return GivenAt(within, abs(within - moment) > SLACK, now - within > OLD)
