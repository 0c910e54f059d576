"""Where a number may have moved because it was asked in another way: in other words, or by other media."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.models import Count, DateField
from django.db.models.functions import TruncMonth, TruncWeek

from analytics.counts import ENOUGH
from analytics.periods import Granularity
from analytics.rollups.cells import Selection
from responses.models import Response
from surveys.models import SurveyVersion

# A medium whose share of the answers rose by so many in a hundred from one point to the next changed who answers.
MOVED = 20


@dataclass(frozen=True, slots=True)
class OtherWords:
    """From this point on there are answers to a question that is put in other words than before."""

    start: date
    version: SurveyVersion


@dataclass(frozen=True, slots=True)
class OtherMedium:
    """At this point a medium has another share of the answers, in per cent, than at the one before."""

    start: date
    medium: str
    before: float
    now: float


Break = OtherWords | OtherMedium
# How many answers there are by point, medium and version.
Tally = Iterable[tuple[date, str, int, int]]


def read(selection: Selection) -> list[Break]:
    """Return the breaks among the answers of a selection, by its weeks or months, oldest first."""
    cut = TruncWeek if selection.granularity == Granularity.WEEK else TruncMonth
    chosen = selection.narrow(Response.objects.counted())
    tally = list(
        chosen.annotate(point=cut("answered_at", tzinfo=selection.zone, output_field=DateField()))
        .values_list("point", "medium", "version_id")
        .annotate(number=Count("pk"))
        .order_by("point")
    )
    versions = SurveyVersion.objects.select_related("survey").in_bulk({version for _day, _medium, version, _n in tally})
    found: list[Break] = [*other_words(tally, versions), *other_media(tally)]
    return sorted(found, key=lambda each: each.start)


def other_words(tally: Tally, versions: Mapping[int, SurveyVersion]) -> Iterator[OtherWords]:
    """Yield where the first answers come to a version whose question differs from that of the version before it.

    The first version with answers is compared with nothing. A question differs where it does in any language.
    """
    first: dict[int, date] = {}
    for point, _medium, pk, _number in tally:
        first[pk] = min(point, first.get(pk, point))
    latest: dict[int, SurveyVersion] = {}
    for version in sorted((versions[pk] for pk in first), key=lambda each: (each.survey_id, each.number)):
        earlier = latest.get(version.survey_id)
        if earlier and asks_otherwise(earlier, version):
            yield OtherWords(first[version.pk], version)
        latest[version.survey_id] = version


def asks_otherwise(earlier: SurveyVersion, later: SurveyVersion) -> bool:
    """Whether the question differs in any of the languages that both versions ask in."""
    both = earlier.texts.keys() & later.texts.keys()
    return any(earlier.texts[language].get("question") != later.texts[language].get("question") for language in both)


def other_media(tally: Tally) -> Iterator[OtherMedium]:
    """Yield where the share of a medium rose by MOVED or more from one point to the next, where both have answers."""
    points: dict[date, Counter[str]] = {}
    for point, medium, _version, number in tally:
        points.setdefault(point, Counter())[medium] += number
    told = [(point, media) for point, media in sorted(points.items()) if media.total() >= ENOUGH]
    for (_earlier, before), (point, now) in pairwise(told):
        shares = [(medium, _share(before, medium), _share(now, medium)) for medium in sorted({*before, *now})]
        medium, old, new = max(shares, key=lambda each: each[2] - each[1])
        if new - old >= MOVED:
            yield OtherMedium(point, medium, old, new)


def _share(media: Counter[str], medium: str) -> float:
    return 100 * media[medium] / media.total()
