"""Where a number may have moved because it was asked in another way: in other words, or by other media."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.models import Count, DateField, Exists, OuterRef
from django.db.models.functions import TruncMonth, TruncWeek

from analytics import top_share
from analytics.counts import ENOUGH, Counts
from analytics.periods import Granularity
from analytics.rollups.cells import Selection
from responses.models import Response
from surveys.models import Survey, SurveyVersion

# A medium whose share of the answers rose by so many in a hundred from one point to the next changed who answers.
MOVED = 20


@dataclass(frozen=True, slots=True)
class OtherWords:
    """From this point on there are answers to a question that is put in other words than before."""

    start: date
    version: SurveyVersion


@dataclass(frozen=True, slots=True)
class OtherSurvey:
    """From this point on there are answers to a survey that is new, and asks in other words than those before it."""

    start: date
    survey: Survey


@dataclass(frozen=True, slots=True)
class OtherMedium:
    """At this point a medium has another share of the answers, in per cent, than at the one before."""

    start: date
    medium: str
    before: float
    now: float


Break = OtherWords | OtherSurvey | OtherMedium
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
    old = _answered_before(selection, {version.survey_id for version in versions.values()})
    found: list[Break] = [*other_words(tally, versions), *other_surveys(tally, versions, old), *other_media(tally)]
    return sorted(found, key=lambda each: each.start)


def _answered_before(selection: Selection, surveys: Collection[int]) -> set[int]:
    """Return which of some surveys had answers before the period."""
    if len(surveys) < 2:
        return set(surveys)
    start, _end = selection.period.moments(selection.zone)
    before = Response.objects.counted().filter(survey=OuterRef("pk"), answered_at__lt=start)
    return set(Survey.objects.filter(Exists(before), pk__in=surveys).values_list("pk", flat=True))


def other_words(tally: Tally, versions: Mapping[int, SurveyVersion]) -> Iterator[OtherWords]:
    """Yield where the first answers come to a version whose question differs from that of the version before it.

    The first version with answers is compared with nothing. A question differs where it does in any language.
    """
    first = _first_points(tally)
    latest: dict[int, SurveyVersion] = {}
    for version in sorted((versions[pk] for pk in first), key=lambda each: (each.survey_id, each.number)):
        earlier = latest.get(version.survey_id)
        if earlier and asks_otherwise(earlier, version):
            yield OtherWords(first[version.pk], version)
        latest[version.survey_id] = version


def other_surveys(tally: Tally, versions: Mapping[int, SurveyVersion], old: Container[int]) -> Iterator[OtherSurvey]:
    """Yield where the first answers come to a survey whose question differs from those of all answered before.

    `old`: surveys that had answers before the first point, and are new at none.
    """
    known: dict[int, date] = {}
    for pk, point in sorted(_first_points(tally).items(), key=lambda each: (each[1], each[0])):
        version = versions[pk]
        if version.survey_id not in {versions[one].survey_id for one in known} and version.survey_id not in old:
            earlier = [versions[one] for one, start in known.items() if start < point]
            if earlier and all(asks_otherwise(one, version) for one in earlier):
                yield OtherSurvey(point, version.survey)
        known[pk] = point


def _first_points(tally: Tally) -> dict[int, date]:
    """Return the first point with answers to each version."""
    first: dict[int, date] = {}
    for point, _medium, pk, _number in tally:
        first[pk] = min(point, first.get(pk, point))
    return first


def asks_otherwise(earlier: SurveyVersion, later: SurveyVersion) -> bool:
    """Whether the question differs in any of the languages that both versions ask in."""
    both = earlier.texts.keys() & later.texts.keys()
    return any(earlier.texts[language].get("question") != later.texts[language].get("question") for language in both)


def other_media(tally: Tally) -> Iterator[OtherMedium]:
    """Yield where the share of a medium rose by MOVED or more from one point to the next, and chance is no reason.

    Both need ENOUGH answers. Of thirty answers each a share moves by 20 in a hundred by chance alone now and then.
    """
    points: dict[date, Counter[str]] = {}
    for point, medium, _version, number in tally:
        points.setdefault(point, Counter())[medium] += number
    told = [(point, media) for point, media in sorted(points.items()) if media.total() >= ENOUGH]
    for (_earlier, before), (point, now) in pairwise(told):
        shares = [(medium, _share(before, medium), _share(now, medium)) for medium in sorted({*before, *now})]
        medium, old, new = max(shares, key=lambda each: each[2] - each[1])
        if new - old >= MOVED and _rose(before, now, medium):
            yield OtherMedium(point, medium, old, new)


def _share(media: Counter[str], medium: str) -> float:
    return 100 * media[medium] / media.total()


def _rose(before: Counter[str], now: Counter[str], medium: str) -> bool:
    """Whether the share of a medium rose by more than chance explains (95 %, Newcombe)."""
    ours, theirs = (Counts(good=media[medium], bad=media.total() - media[medium]) for media in (now, before))
    apart = top_share.difference(ours, theirs)
    return apart is not None and apart.interval.low > 0
