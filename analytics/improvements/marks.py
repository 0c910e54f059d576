"""The days on which improvements were done, as marks on the chart of a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts import dates
from accounts.models import User
from analytics.periods import bucket
from analytics.rollups.cells import Selection
from followups.models import Improvement


@dataclass(frozen=True, slots=True)
class DoneMark:
    """An improvement that was done within a chart: the point before which its line stands, and its number there."""

    place: int
    number: int
    day: str
    title: str
    url: str

    @property
    def label(self) -> str:
        return f"{self.day}: {self.title}"


def of_chart(selection: Selection, reader: User) -> list[DoneMark]:
    """Return the improvements done in the period of a chart that the reader sees and that concern its teams.

    In the order of their days; one query.
    """
    period = selection.period
    done = Improvement.objects.visible_to(reader).done().filter(done_on__gte=period.start, done_on__lt=period.end)
    places = {start: place for place, start in enumerate(period.buckets(selection.granularity))}
    concerned = [each for each in done.order_by("done_on", "pk") if _concerns(each, selection.teams)]
    return [
        DoneMark(
            place=places[bucket(each.done_on, selection.granularity)],
            number=number,
            day=dates.day(each.done_on),
            title=each.title,
            url=each.get_absolute_url(),
        )
        for number, each in enumerate(concerned, start=1)
        if each.done_on
    ]


def _concerns(improvement: Improvement, teams: Sequence[int] | None) -> bool:
    return teams is None or improvement.team_id is None or improvement.team_id in teams
