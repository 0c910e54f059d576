"""Answers of watched series by week or month, from the rollups; what is not folded in yet waits for the next look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Sum
from django.db.models.functions import Trunc

from analytics.arithmetic import ARITHMETIC
from analytics.counts import Counts
from analytics.models import SCORES, Dimension, Rollup, WatchedSeries
from analytics.periods import Granularity, Period
from surveys.metrics import SCALES
from surveys.models import Origin

_SPANS = {Granularity.WEEK: Rollup.Span.DAY, Granularity.MONTH: Rollup.Span.MONTH}
_SUMS = {f"sum_{name}": Sum(name) for name in SCORES}


def read(series: Iterable[WatchedSeries], granularity: Granularity, period: Period) -> dict[int, Mapping[date, Counts]]:
    """Return the answers of each series by the first days of the weeks or months of `period`, by primary key.

    One statement for each dimension that is watched. The good count +1 and the bad −1 as far as the metric says so, so
    that the difference of shares of these counts is its number. Answers of relational surveys count each, as the
    points of a chart nearly do: within a week hardly anybody answers twice.
    """
    by_dimension = defaultdict(list)
    for one in series:
        by_dimension[one.dimension].append(one)
    found: dict[int, Mapping[date, Counts]] = {}
    for dimension, watched in by_dimension.items():
        found |= _of_dimension(Dimension(dimension), watched, granularity, period)
    return found


def _of_dimension(
    dimension: Dimension, watched: Sequence[WatchedSeries], granularity: Granularity, period: Period
) -> dict[int, Mapping[date, Counts]]:
    rows = Rollup.objects.filter(
        span=_SPANS[granularity],
        dimension=dimension,
        start__gte=period.start,
        start__lt=period.end,
        origin=Origin.INVITED,
        metric__in={one.metric for one in watched},
        member_id__in={one.member_id for one in watched},
    )
    keys = ("bucket", "metric", "member_id", "survey_id", "team_id")
    summed = rows.annotate(bucket=Trunc("start", granularity.value)).values_list(*keys).annotate(**_SUMS).order_by()
    found: dict[int, defaultdict[date, Counts]] = {one.pk: defaultdict(Counts) for one in watched}
    of_member = defaultdict(list)
    for one in watched:
        of_member[one.metric, one.member_id].append(one)
    for bucket, metric, member, survey, team, *by_score in summed:
        counts = _weighed(metric, by_score)
        for one in of_member[metric, member]:
            if one.survey_id in (None, survey) and one.team_id in (None, team):
                found[one.pk][bucket] += counts
    return dict(found)


def _weighed(metric: str, by_score: Sequence[int]) -> Counts:
    """Return answers by what they are worth, so that NPS, CSAT and CES are the same difference of shares."""
    worth, scale = ARITHMETIC[metric].WORTH, SCALES[metric]
    sums = {1: 0, 0: 0, -1: 0}
    for tier, value in worth.items():
        sums[value] += sum(by_score[score] for score in scale.scores_of(tier))
    return Counts(sums[1], sums[0], sums[-1])
