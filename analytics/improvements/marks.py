"""The days on which improvements were done, as marks on the chart of a number."""

from __future__ import annotations

from dataclasses import dataclass

from accounts import dates
from accounts.models import User
from analytics.improvements import done
from analytics.periods import bucket
from analytics.rollups.cells import Selection


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
    places = {start: place for place, start in enumerate(selection.period.buckets(selection.granularity))}
    return [
        DoneMark(
            place=places[bucket(each.done_on, selection.granularity)],
            number=number,
            day=dates.day(each.done_on),
            title=each.title,
            url=each.get_absolute_url(),
        )
        for number, each in enumerate(done.within(selection.period, reader, selection.teams), start=1)
        if each.done_on
    ]
