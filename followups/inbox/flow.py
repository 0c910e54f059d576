"""From one follow-up of a list to the next: where a page stands in its list, and what lies before and after it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import cast
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from followups.inbox import lists
from followups.inbox.lists import Reader, WorkList
from followups.inbox.stretches import CLOSED, OURS, THEIRS, ListPlace, Stretch
from followups.models import Followup

PLACE = "place"


@dataclass(frozen=True)
class Flow:
    """A follow-up in its list. Its place is that which it had when its page was opened from there, whatever became of
    it since: a row that was worked on, or left, leads on from there."""

    work: WorkList
    followup: Followup
    place: ListPlace | None
    stretch: Stretch | None

    @property
    def query(self) -> str:
        """What addresses of this page carry along, so that nobody loses their place."""
        return f"{self.work.query}&{urlencode({PLACE: str(self.place)})}" if self.place else self.work.query

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The same for forms that are sent as an address."""
        return parse_qsl(self.query)

    @property
    def list_address(self) -> str:
        return lists.address(self.work.query)

    @property
    def previous(self) -> str:
        return self._address(self._beside[0])

    @property
    def next(self) -> str:
        """The address of what comes after this, "" after the last one."""
        return self._address(self._beside[1])

    @property
    def onward(self) -> str:
        """The address to go on with: the next one, or the end of the list."""
        return self.next or f"{reverse('inbox_end')}?{self.work.query}"

    @cached_property
    def position(self) -> int:
        """The number of this place in its stretch, from 1."""
        return self.stretch.before(self.place) + 1 if self.stretch and self.place else 0

    @property
    def total(self) -> int:
        return max(self.work.size(self.stretch.name) if self.stretch else 0, self.position)

    @cached_property
    def is_listed(self) -> bool:
        """Whether the follow-up is still in the list."""
        return bool(self.stretch and self.stretch.rows.filter(pk=self.followup.pk).exists())

    @cached_property
    def _beside(self) -> tuple[int | None, int | None]:
        return self.stretch.beside(self.place) if self.stretch and self.place else (None, None)

    def _address(self, pk: int | None) -> str:
        return f"{reverse('followup', args=[pk])}?{self.work.query}" if pk else ""


def of_request(request: HttpRequest, followup: Followup, now: datetime) -> Flow:
    """Return where the page of a follow-up stands in the list that its address names."""
    work = lists.of_request(request, Reader.at(now, cast(User, request.user)))
    place = ListPlace.read(request.GET.get(PLACE, ""))
    stretch = work.stretch(place.stretch if place else _stretch_of(followup, work, now))
    if stretch is None:
        return Flow(work, followup, None, None)
    return Flow(work, followup, place or stretch.place_of(followup), stretch)


def _stretch_of(followup: Followup, work: WorkList, now: datetime) -> str:
    if work.is_closed:
        return CLOSED
    return THEIRS if followup.waits(now) else OURS
