"""What the demo company wants to reach, and whom it compares itself with."""

from datetime import date
from decimal import Decimal

from accounts.models import Team, User
from analytics.goals import book
from analytics.models import Benchmark, Goal
from analytics.periods import Granularity, bucket, months_before
from demo.data.plan import CEO, TEAMS
from surveys.metrics import Metric

# In points of the NPS, by length of period.
OF_TEAMS = {Goal.Span.QUARTER: 40, Goal.Span.YEAR: 35}
OF_COMPANY = 45


def set_some(today: date) -> None:
    """Give every team a goal for the year, for its quarter that runs and the one before, and the company one a year."""
    head, year = User.objects.get(name=CEO), date(today.year, 1, 1)
    quarter = bucket(today, Granularity.QUARTER)
    starts = [(Goal.Span.QUARTER, months_before(quarter, 3)), (Goal.Span.QUARTER, quarter), (Goal.Span.YEAR, year)]
    for team in Team.objects.filter(name__in=[plan.name for plan in TEAMS]):
        for span, start in starts:
            _aim(team, span, start, OF_TEAMS[span], head)
    _aim(None, Goal.Span.YEAR, year, OF_COMPANY, head)
    Benchmark.objects.get_or_create(
        metric=Metric.NPS,
        name="wholesale, Europe",
        defaults={
            "value": 33,
            "source": "Annual survey of wholesalers",
            "url": "https://benchmarks.example/wholesale",
            "year": today.year - 1,
        },
    )


def _aim(team: Team | None, span: str, start: date, target: int, head: User) -> None:
    book.aim(team=team, metric=Metric.NPS, span=span, start=start, target=Decimal(target), by=head)
