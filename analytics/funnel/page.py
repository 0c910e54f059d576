"""The funnel and the hours as their page prints them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.customerlanguages import spoken
from accounts.media import OF_ANSWERS
from analytics.counts import ENOUGH
from analytics.dashboard import numbers
from analytics.funnel.hours import AnswerRate, Hours
from analytics.funnel.stages import Funnel, Stages


@dataclass(frozen=True, slots=True)
class FunnelLine:
    """One medium or language: each stage with its share of the one that it is a share of."""

    name: str
    stages: list[tuple[str, str]]
    failed: str
    is_alarming: bool


@dataclass(frozen=True, slots=True)
class RateCell:
    """A response rate as it is printed; `tone` is good-1, bad-1 or nothing."""

    value: str
    low: str
    high: str
    asked: str
    tone: str
    is_few: bool


@dataclass(frozen=True, slots=True)
class HoursTable:
    hours: list[str]
    rows: list[tuple[str, RateCell, list[RateCell]]]
    whole: RateCell
    by_hour: list[RateCell]


def funnel_tables(funnel: Funnel) -> list[tuple[str, list[FunnelLine]]]:
    media = {value: capfirst(str(label)) for value, label in OF_ANSWERS}
    languages = spoken.names()
    return [
        (_("By medium"), _lines(funnel.whole, funnel.by_medium, media)),
        (_("By language"), _lines(funnel.whole, funnel.by_language, languages)),
    ]


def hours_table(found: Hours) -> HoursTable:
    hours, whole = found.hours, found.whole
    none = AnswerRate()
    return HoursTable(
        hours=[f"{hour}:00" for hour in hours],
        rows=[
            (
                str(WEEKDAYS_ABBR[day - 1]),
                _cell(found.of_day(day), whole),
                [_cell(found.cells.get((day, hour), none), whole) for hour in hours],
            )
            for day in found.days
        ],
        whole=_cell(whole, whole),
        by_hour=[_cell(found.of_hour(hour), whole) for hour in hours],
    )


def _lines(whole: Stages, parts: Mapping[str, Stages], names: Mapping[str, str]) -> list[FunnelLine]:
    lines = [_line(str(names.get(value) or value or _("none yet")), stages) for value, stages in parts.items()]
    return [_line(_("All"), whole), *lines] if len(lines) > 1 else lines


def _line(name: str, stages: Stages) -> FunnelLine:
    shares = [
        (stages.planned, None),
        (stages.asked, stages.planned),
        (stages.delivered or None, stages.asked),
        (stages.opened, stages.asked),
        (stages.answered, stages.asked),
    ]
    return FunnelLine(
        name=name,
        stages=[_stage(part, of) for part, of in shares],
        failed=numbers.percent(100 * stages.failed / stages.let_out if stages.let_out else None),
        is_alarming=stages.is_alarming,
    )


def _stage(part: int | None, of: int | None) -> tuple[str, str]:
    if part is None:
        return numbers.NOTHING, ""
    return numbers.thousands(part), numbers.percent(100 * part / of, 0) if of else ""


def _cell(rate: AnswerRate, whole: AnswerRate) -> RateCell:
    apart, interval = rate.stands_apart(whole), rate.interval
    return RateCell(
        value=numbers.percent(rate.share, 0),
        low=numbers.points(interval.low if interval else None, 0),
        high=numbers.points(interval.high if interval else None, 0),
        asked=numbers.thousands(rate.asked) if rate.asked else "",
        tone={1: "good-1", -1: "bad-1"}.get(apart, ""),
        is_few=rate.asked < ENOUGH,
    )
