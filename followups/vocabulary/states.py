"""The states of follow-ups as they may be chosen, by what they mean."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from django.utils.text import capfirst

from followups.models import Followup, WorkState

Choice = tuple[int, str]
Group = tuple[str, list[Choice]]


@dataclass(frozen=True, slots=True)
class StateList:
    """All states, in their order."""

    states: tuple[WorkState, ...] = ()

    @classmethod
    def fetch(cls) -> Self:
        return cls(tuple(WorkState.objects.in_order()))

    @property
    def is_finer(self) -> bool:
        """Whether the states say more than their meanings."""
        return len(self.states) > len(Followup.Status)

    def chosen(self, pk: int | None) -> WorkState | None:
        return next((state for state in self.states if state.pk == pk), None)

    def grouped(self, meanings: Iterable[str]) -> list[Group]:
        """Return states as the choices of a form under their meanings; retired ones too, for rows may be in them."""
        return _grouped(self.states, meanings)

    def offered(self, meanings: Iterable[str], kept: int | None = None) -> list[Group]:
        """Return the same of those into which work may be put. `kept`: the one in which it is, retired or not."""
        return _grouped([one for one in self.states if one.is_active or one.pk == kept], meanings)


def _grouped(states: Iterable[WorkState], meanings: Iterable[str]) -> list[Group]:
    of_meaning: dict[str, list[Choice]] = {meaning: [] for meaning in meanings}
    for state in states:
        if state.meaning in of_meaning:
            of_meaning[state.meaning].append((state.pk, str(state)))
    return [(capfirst(str(Followup.Status(meaning).label)), found) for meaning, found in of_meaning.items() if found]
