"""The tree of root causes as it stands: in its order, by whole names, and which of it is asked after an answer."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, Value
from django.utils.translation import gettext as _

from followups.models.root_cause import BELOW, RootCause

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PlacedCause:
    """A root cause in its tree; `above`: what it is part of, from the top down."""

    cause: RootCause
    above: tuple[RootCause, ...] = ()

    @property
    def chain(self) -> tuple[RootCause, ...]:
        return (*self.above, self.cause)

    @property
    def level(self) -> int:
        """From 1 at the top."""
        return len(self.chain)

    @property
    def name(self) -> str:
        """Its whole name, such as “Delivery › Late › Warehouse”."""
        return BELOW.join(str(cause) for cause in self.chain)

    @property
    def name_below_top(self) -> str:
        return BELOW.join(str(cause) for cause in self.chain[1:] or self.chain)

    @property
    def is_active(self) -> bool:
        """What is part of something retired is not offered either."""
        return all(cause.is_active for cause in self.chain)

    def is_asked_after(self, category: str) -> bool:
        return self.is_active and all(cause.is_asked_after(category) for cause in self.chain)


class CauseTree:
    """All root causes. `topics`: which topics each is linked to by itself, by its key."""

    def __init__(self, causes: Iterable[RootCause], topics: Mapping[int, Collection[int]] | None = None) -> None:
        below: dict[int | None, list[RootCause]] = defaultdict(list)
        for cause in sorted(causes, key=lambda cause: (cause.position, cause.pk)):
            below[cause.parent_id].append(cause)
        self.placed = list(_walk(below, None, ()))
        self.by_slug = {place.cause.slug: place for place in self.placed}
        self.topics = topics or {}

    @classmethod
    def fetch(cls) -> Self:
        """Read the whole tree, in one query; without its topics."""
        return cls(RootCause.objects.all())

    @classmethod
    def fetch_with_topics(cls) -> Self:
        """Read the whole tree, in one query too."""
        linked = ArrayAgg("topics", filter=Q(topics__isnull=False), default=Value([]))
        causes: list[Any] = list(RootCause.objects.annotate(linked=linked))
        return cls(causes, {cause.pk: cause.linked for cause in causes})

    def name(self, slug: str) -> str:
        """Return the whole name of a cause; of an unknown one its slug."""
        return self.by_slug[slug].name if slug in self.by_slug else slug

    @property
    def choices(self) -> list[Choice]:
        """Every cause, retired ones too, by its whole name: for whoever looks for what was named once."""
        return [(place.cause.slug, place.name) for place in self.placed]

    @property
    def tops(self) -> list[PlacedCause]:
        return [place for place in self.placed if not place.above]

    def asked_after(self, category: str) -> list[PlacedCause]:
        """Return what may be named after an answer of a category; nothing where it is not asked."""
        return [place for place in self.placed if place.is_asked_after(category)]

    def offered(
        self, category: str, topics: Collection[int] = (), kept: str = ""
    ) -> list[Choice | tuple[str, list[Choice]]]:
        """Return what may be named after an answer of a category, as the choices of a form, in groups.

        First comes what is linked to its `topics`. `kept`: what was named before stays possible though it is retired.
        """
        asked = self.asked_after(category)
        if kept in self.by_slug and self.by_slug[kept] not in asked:
            asked.append(self.by_slug[kept])
        first = [place for place in asked if self._is_about(place, topics)]
        groups: list[Choice | tuple[str, list[Choice]]] = []
        if first:
            groups.append((_("By what the answer is about"), [(one.cause.slug, one.name) for one in first]))
        for top, members in _by_top([place for place in asked if place not in first]).items():
            if members == [top]:
                groups.append((top.cause.slug, top.name))
            else:
                groups.append((str(top.chain[0]), [(one.cause.slug, one.name_below_top) for one in members]))
        return groups

    def summed(self, numbers: Mapping[str, int]) -> dict[str, int]:
        """Return how many name each cause or something below it, by how many name it itself; without zeros."""
        sums: dict[str, int] = defaultdict(int)
        for slug, number in numbers.items():
            for cause in self.by_slug[slug].chain if slug in self.by_slug else ():
                sums[cause.slug] += number
        return dict(sums)

    def _is_about(self, place: PlacedCause, topics: Collection[int]) -> bool:
        return any(topic in self.topics.get(cause.pk, ()) for cause in place.chain for topic in topics)


def _walk(
    below: Mapping[int | None, list[RootCause]], parent: int | None, above: tuple[RootCause, ...]
) -> Iterator[PlacedCause]:
    for cause in below.get(parent, ()):
        yield PlacedCause(cause, above)
        yield from _walk(below, cause.pk, (*above, cause))


def _by_top(places: Iterable[PlacedCause]) -> dict[PlacedCause, list[PlacedCause]]:
    groups: dict[str, list[PlacedCause]] = defaultdict(list)
    for place in places:
        groups[place.chain[0].slug].append(place)
    return {members[0]: members for members in groups.values()}
