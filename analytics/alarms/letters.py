"""What those who watch a number are told when it has changed: once, in their language, by each medium they chose."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from analytics.alarms import series as watched_series
from analytics.dashboard import numbers, words
from analytics.formulas.alarms import LAST, Direction
from analytics.models import Alarm
from analytics.periods import Granularity
from delivery import notices
from delivery.models import Message
from delivery.notices import Notice

TEMPLATE = "number_changed"


def of(alarm: Alarm) -> list[Message]:
    """Return the unsaved messages about an alarm to everybody who watches its series and may still see it."""
    series = alarm.series
    context = {
        "metric": series.metric,
        "names": watched_series.names_of([series])[series.pk],
        "direction": alarm.direction,
        "granularity": alarm.granularity,
        "start": alarm.start.isoformat(),
        "baseline": alarm.baseline,
        "points": alarm.points,
        "query": watched_series.query_of(series),
    }
    return [
        message
        for person in series.watchers.all()
        if watched_series.may_hear(person, series)
        for message in notices.messages_to(
            person, template=TEMPLATE, context=context, key=f"alarm-{alarm.pk}-{person.pk}"
        )
    ]


def changed(context: Mapping[str, Any]) -> Notice:
    title = watched_series.title(context["metric"], context["names"])
    is_better = context["direction"] == Direction.BETTER.value
    subject = _("%(title)s: better than before") if is_better else _("%(title)s: worse than before")
    return Notice(
        subject=subject % {"title": title},
        lines=(
            sentence(**{name: context[name] for name in ("metric", "granularity", "start", "baseline", "points")}),
            caution(),
        ),
        link=f"{settings.BASE_URL}{reverse('dashboard')}?{context['query']}",
    )


def sentence(*, metric: str, granularity: str, start: str, baseline: float, points: float) -> str:
    """Return what has changed and since when: “since the week of 3 March … 12 points below the 41 of before”."""
    if granularity == Granularity.WEEK:
        said = _(
            "Noticed in the week from %(day)s: the last %(last)d weeks lie %(points)s points from the %(before)s of "
            "the half year before."
        )
    else:
        said = _(
            "Noticed in the month from %(day)s: the last %(last)d months lie %(points)s points from the %(before)s of "
            "the year before."
        )
    return said % {
        "day": date_format(date.fromisoformat(start), "DATE_FORMAT"),
        "last": LAST,
        "points": numbers.signed(points, 0),
        "before": words.of(metric).value(baseline, 0),
    }


def caution() -> str:
    return _(
        "A number that stays as it is gives such an alarm in one of ten years by chance alone, among many watched "
        "numbers in one of thirty. What has changed it only people can find out."
    )


notices.register(TEMPLATE, changed)
