"""What work some playbooks would have made of the answers of the last weeks: as the routing does it, in memory.

The answers stand as they are now, with the topics that are known of them by now; nobody counts as away. Nothing is
written.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from accounts.absences import Absences
from accounts.company_clock import business_calendars
from accounts.models import Team, User
from followups.models import Playbook
from followups.playbooks.rules import Playbooks
from followups.routes import KNOWN, Desk, Destination, Route, topics_about_manager
from responses.models import Response

DAYS = 90
AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class WorkShare:
    """Who would have got work: a person, else the queue of a team, else all who see all teams; and how much of it."""

    person: User | None
    team: Team | None
    followups: int


@dataclass(frozen=True, slots=True)
class Followed:
    """How many answers followed a playbook, and how many of them made a follow-up."""

    playbook: Playbook
    answers: int
    followups: int


@dataclass
class Workload:
    """The work of a period: follow-ups by day of the company, by whose they are and by playbook.

    `answers`: all that were routed; `without_playbook`: those for which none was meant; `without_work`: those whose
    playbook makes none of such an answer; `kept_from`: follow-ups kept from whom they are about.
    """

    since: datetime
    until: datetime
    answers: int = 0
    without_playbook: int = 0
    without_work: int = 0
    kept_from: int = 0
    days: Counter[date] = field(default_factory=Counter)
    playbooks: Counter[Playbook] = field(default_factory=Counter)
    taken: Counter[Playbook] = field(default_factory=Counter)
    goes_to: Counter[tuple[User | None, Team | None]] = field(default_factory=Counter)

    @property
    def followups(self) -> int:
        return self.days.total()

    @property
    def a_day(self) -> float:
        """Follow-ups a calendar day."""
        return self.followups / max((self.until - self.since).days, 1)

    @property
    def busiest(self) -> int:
        return max(self.days.values(), default=0)

    @property
    def followed(self) -> list[Followed]:
        """What each playbook took, in their order."""
        rows = [Followed(playbook, number, self.playbooks[playbook]) for playbook, number in self.taken.items()]
        return sorted(rows, key=lambda row: (row.playbook.position, row.playbook.pk))

    @property
    def shares(self) -> list[WorkShare]:
        """Whose work it would have been, those with the most first."""
        return [WorkShare(person, team, number) for (person, team), number in self.goes_to.most_common()]

    def add(self, day: date, route: Route, to: Destination | None) -> None:
        """Count one answer; `to`: whose work it makes, if any."""
        self.answers += 1
        if route.playbook is None:
            self.without_playbook += 1
            return
        self.taken[route.playbook] += 1
        if to is None:
            self.without_work += 1
            return
        self.playbooks[route.playbook] += 1
        self.days[day] += 1
        self.kept_from += to.detour is not None
        self.goes_to[(to.assignee, None if to.assignee else to.team)] += 1


def answers_of(since: datetime, until: datetime) -> QuerySet[Response]:
    """Return the answers that were settled in a period and count, as routing takes them."""
    return Response.objects.counted().filter(settled_at__gt=since, settled_at__lte=until)


def workload(playbooks: Playbooks, *, now: datetime, days: int = DAYS) -> Workload:
    """Route the answers of the last `days` by `playbooks`, saved or not, and return what work that makes.

    Six queries for every two thousand answers at most, and a few more; where playbooks ask for segments six more,
    and one for each segment.
    """
    desk = Desk(playbooks, topics_about_manager(), Absences({}), business_calendars())
    found = Workload(now - timedelta(days=days), now)
    for response, route in _routes(desk, answers_of(found.since, now)):
        to = desk.destination(route, route.playbook) if route.playbook and route.makes_work else None
        day = response.settled_at.astimezone(desk.calendars.organisation.zone).date() if response.settled_at else None
        found.add(day or now.date(), route, to)
    return found


def _routes(desk: Desk, answers: QuerySet[Response]) -> Iterator[tuple[Response, Route]]:
    last = 0
    while chunk := list(answers.filter(pk__gt=last).select_related(*KNOWN).order_by("pk")[:AT_ONCE]):
        last = chunk[-1].pk
        yield from zip(chunk, desk.routes(chunk), strict=True)
