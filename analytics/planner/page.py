"""What the planner prints: sentences, what is reckoned with, and tables of what is seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from analytics.counts import ENOUGH, FEW
from analytics.dashboard import numbers, words
from analytics.dashboard.answer_links import SAID
from analytics.delay_curve import AGES
from analytics.planner import history
from analytics.planner.forms import PLAN, PlannerForm
from analytics.planner.history import LITTLE_MONTHS, Past
from analytics.planner.outlook import Outlook
from analytics.planner.plan import ANSWERS, CADENCES, PERIODS, SHARES, Basis, Plan, PlannedValue, segments
from analytics.rollups.cells import Selection
from analytics.silence import traits
from analytics.silence.links import answers_of_asked
from crm.models.touchpoint import label_of_kind

ROWS = 25
ALL = "segments"
# Of a hundred.
NEARLY_ALL = 95


@dataclass(frozen=True, slots=True)
class OutlookWords:
    """What some answers let one see, as it is printed. `is_few`: a dashboard compares no such periods.

    `number`: how many answers, for the form of the word.
    """

    number: int
    answers: str
    margin: str
    change: str
    of_these: str
    is_few: bool


@dataclass(frozen=True, slots=True)
class NeededLine:
    """What a change of so many points needs: answers in each period, and months; `number` of these, None for ever."""

    points: int
    answers: str
    number: int | None
    months: str


@dataclass(frozen=True, slots=True)
class Reckoned:
    """One number that is reckoned with: its name, itself, what it rests on, and the way to what it counts."""

    name: str
    value: str
    basis: str
    reason: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class SegmentOutlookLine:
    name: str
    events: str
    answers: str
    customers: str
    periods: list[OutlookWords]
    months: str


def of_forms(form: PlannerForm, query: QueryDict) -> dict[str, Any]:
    """Return what both forms print: what one of them does not show it keeps hidden."""
    said = [(name, str(query[name])) for name in (*SAID, "segments") if query.get(name)]
    planned = [(name, str(query[name])) for name in PLAN if query.get(name)]
    return {
        "query": query.urlencode(),
        "kept": planned,
        "plan_fields": [form[name] for name in PLAN],
        "plan_kept": said,
        "plan_cleared_url": f"?{urlencode(said)}" if said else "?",
    }


def contents(
    past: Past, found: Plan, selection: Selection, segment: str, form: PlannerForm, query: QueryDict
) -> dict[str, Any]:
    """Return everything that the template prints of a plan."""
    most = None if query.get("all") == ALL else ROWS
    every = {*past.events_by, *past.people.by_trait[segment]}
    pace = [(months, seen) for months in PERIODS if (seen := found.of_months(months))]
    return {
        "words": words.of(selection.metric),
        "found": found,
        "reckoned": _reckoned(past, found, selection, form, query),
        "has_events": found.events is not None,
        "is_little": 0 < history.months_of(past.happened) < LITTLE_MONTHS,
        "known_days": past.happened.days,
        "pace": [(months, _seen(seen)) for months, seen in pace],
        "month": _seen(pace[0][1]) if pace else None,
        "year": _seen(pace[-1][1]) if pace else None,
        "plan": _seen(found.of_months(found.months)),
        "needed": _needed(found),
        "shares": SHARES,
        "share_rows": [(months, [_seen(found.after_events(share, months)) for share in SHARES]) for months in PERIODS],
        "turn_rows": [(months, [_seen(found.in_turn(share, months)) for share in SHARES]) for months in CADENCES],
        "customers": numbers.thousands(found.people or 0),
        "answer_rows": [_seen(found.of(n, in_all=False)) for n in ANSWERS],
        "segment_title": dict(traits.titles((segment,)))[segment],
        "segments": _segments(past, found, segment, form, most),
        "hidden": max(0, len(every) - ROWS) if most else 0,
        "all_url": f"?{urlencode({**query.dict(), 'all': ALL})}#segments",
        "delay": _delay(past),
    }


def _seen(seen: Outlook | None) -> OutlookWords | None:
    if seen is None:
        return None
    is_shown = seen.answers >= FEW
    return OutlookWords(
        number=seen.answers,
        answers=numbers.thousands(seen.answers),
        margin=numbers.points(seen.margin if is_shown else None, 0),
        change=numbers.points(seen.change if is_shown else None, 0),
        of_these=numbers.points(seen.of_these if is_shown else None, 0),
        is_few=seen.answers < ENOUGH,
    )


def _needed(found: Plan) -> list[NeededLine]:
    return [
        NeededLine(points, numbers.thousands(answers), months, _months(months))
        for points, answers, months in found.needed
    ]


def _months(months: int | None) -> str:
    return numbers.NOTHING if months is None else numbers.thousands(months)


def _reckoned(past: Past, found: Plan, selection: Selection, form: PlannerForm, query: QueryDict) -> list[Reckoned]:
    kinds = ", ".join(label_of_kind(kind) for kind in past.kinds)
    way = answers_of_asked(replace(selection, period=past.asked), query, form.today) if past.answers.n else ""
    asked, rate = numbers.thousands(past.people.together.number), found.rate.basis
    return [
        Reckoned(
            capfirst(_("%(kinds)s, a month") % {"kinds": kinds}),
            numbers.points(found.events),
            _basis(Basis.MEASURED) if found.events else "",
            _("%(number)s in the days that are known") % {"number": numbers.thousands(past.events.number)},
        ),
        _of(
            _("Share asked"),
            _share(found.share.number),
            found.share,
            _("%(asked)s asked") % {"asked": asked} if found.share.basis is Basis.MEASURED else _("All of them"),
        ),
        _of(
            _("Response rate"),
            numbers.percent(found.rate.number),
            found.rate,
            _("%(asked)s asked") % {"asked": asked}
            if rate is Basis.MEASURED
            else _("As is usual: fewer than 30 were asked so far"),
        ),
        _of(
            _("Answers a month"),
            numbers.points(found.answers.number if found.answers else None),
            found.answers,
            _("By the lines above"),
        ),
        Reckoned(
            _("Answers known"),
            numbers.thousands(past.answers.n),
            _basis(Basis.MEASURED),
            _("Of those who were asked in these days"),
            way,
        ),
        Reckoned(
            _("Spread of the scores"),
            numbers.points(found.shares.variance, 2),
            _basis(Basis.MEASURED if found.shares.is_measured else Basis.ASSUMED),
            _spread(found),
        ),
        _of(
            _("Customers"),
            numbers.thousands(found.people) if found.people else numbers.NOTHING,
            found.customers,
            _("With whom any of this happened"),
        ),
    ]


def _share(share: float) -> str:
    """Write a share of those who are asked; where only few in a hundred are, with a tenth."""
    return numbers.percent(share, 0 if share >= FEW else 1)


def _spread(found: Plan) -> str:
    """Return which shares the spread is of; of a metric that is a share itself, that one alone."""
    good, bad = (numbers.percent(100 * share, 0) for share in (found.shares.good, found.shares.bad))
    if found.arithmetic.LOWEST < 0:
        return _("Good %(good)s, bad %(bad)s") % {"good": good, "bad": bad}
    return _("Good %(good)s") % {"good": good}


def _of(name: str, value: str, known: PlannedValue | None, reason: str) -> Reckoned:
    basis = known.basis if known else None
    return Reckoned(name, value, _basis(basis) if basis else "", "" if basis is Basis.TYPED else reason)


def _basis(basis: Basis) -> str:
    return {Basis.TYPED: _("typed"), Basis.MEASURED: _("measured"), Basis.ASSUMED: _("assumed")}[basis]


def _segments(past: Past, found: Plan, segment: str, form: PlannerForm, most: int | None) -> list[SegmentOutlookLine]:
    known = traits.names(segment, form.lists)
    return [
        SegmentOutlookLine(
            name=traits.named(segment, line.key, known) or _("Not known"),
            events=numbers.points(line.events_a_month),
            answers=numbers.points(line.answers_a_month),
            customers=numbers.thousands(line.customers) if line.customers else numbers.NOTHING,
            periods=[seen for one in line.periods if (seen := _seen(one))],
            months=_months(line.months),
        )
        for line in segments(past, found, segment, most)
    ]


def _delay(past: Past) -> dict[str, Any] | None:
    """Return after how many days nearly all who answer within two weeks have done so; None where it is not known."""
    curve = past.curve
    if curve is None:
        return None
    shares = [100 * answered / curve.answered[-1] for answered in curve.answered]
    days, share = next((days, share) for days, share in zip(AGES, shares, strict=True) if share >= NEARLY_ALL)
    return {"days": days, "share": numbers.percent(share, 0)}
