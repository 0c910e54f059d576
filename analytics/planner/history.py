"""What the CRM and the surveys tell of the past: how much happened, who was asked, who answered and how late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import connection
from django.db.models import Count, Q

from analytics import delay_curve
from analytics.counts import Counts
from analytics.dashboard.filters import preset
from analytics.delay_curve import DAYS, WEEKS, Curve
from analytics.explorer.forms import OF_PROFILE
from analytics.periods import DAY, Period
from analytics.planner.outlook import DAYS_OF_A_MONTH
from analytics.rollups import cells, cohorts
from analytics.rollups.cells import OF_MEMBERS, Selection, parameters_of
from analytics.silence import asked
from analytics.silence.asked import AskedPeople
from analytics.silence.traits import COLUMNS, PROFILE
from analytics.why.pools import Key
from crm.models import Touchpoint
from surveys.models import Survey, Trigger

USUAL_KIND = Touchpoint.Kind.DEAL_WON.value
# Of less than this nothing is made a month of.
SHORTEST = timedelta(days=7)
LITTLE_MONTHS = 3

_STANDING = "kind = ANY(%(kinds)s) AND cancelled_at IS NULL"
# Only constants of this package are put into these statements; values travel as parameters.
_FIRST = """
SELECT (min(first) AT TIME ZONE %(zone)s)::date
FROM unnest(%(kinds)s::text[]) AS kind
CROSS JOIN LATERAL (
    SELECT occurred_at AS first FROM crm_touchpoint
    WHERE crm_touchpoint.kind = kind.kind AND cancelled_at IS NULL ORDER BY occurred_at LIMIT 1
) AS of_kind
"""
_EVENTS = f"""
SET LOCAL jit = off;
SELECT grouping(segment), segment, count(*)::int, count(DISTINCT contact_id)::int
FROM (
    SELECT {{segment}} AS segment, contact_id
    FROM crm_touchpoint {{profiles}}
    WHERE {_STANDING} AND occurred_at >= %(current_moment)s AND occurred_at < %(last_moment)s AND {OF_MEMBERS}
      AND (%(teams)s::bigint[] IS NULL OR team_id = ANY(%(teams)s::bigint[]))
) AS events
GROUP BY GROUPING SETS ((segment), ())
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Events:
    """So many things happened that one could ask about, with so many customers."""

    number: int = 0
    customers: int = 0


NOTHING = Events()


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of the past, of at most twelve whole months.

    `happened` and `asked`: the days of which the events and the asks are told, empty where there are none; the newest
    days where not even one whole month is known.
    """

    kinds: tuple[str, ...]
    happened: Period
    events: Events
    events_by: Mapping[Key, Events]
    asked: Period
    people: AskedPeople
    curve: Curve | None

    @property
    def answers(self) -> Counts:
        return self.people.together.answers

    @property
    def rate(self) -> float | None:
        """How many in a hundred answer; None where fewer than five were asked."""
        return self.people.together.rate.share


def months_of(days: Period) -> float:
    return days.days / DAYS_OF_A_MONTH


def a_month(number: int, days: Period) -> float | None:
    """Return how many there are a month; None where the days are too few to tell."""
    return number / months_of(days) if days.end - days.start >= SHORTEST else None


def read(selection: Selection, segment: str, today: date) -> Past:
    """Return the history of what a selection asks about, and of whom it asked, whatever its period is."""
    kinds = _kinds(selection)
    happened = span(_first_event(selection, kinds), today)
    events = _events(replace(selection, period=happened), kinds, segment)
    days = span(cells.first_day(selection), today)
    people = asked.read(replace(selection, period=days), [segment])
    return Past(kinds, happened, events.get(None, NOTHING), _by_key(events), days, people, _curve(selection, today))


def span(first: date | None, today: date) -> Period:
    """Return the days of which a history is told that began on a day: of the last twelve whole months those since then.

    Where it began within the running month, or so late before it that no whole week is over: the days until today.
    """
    whole = preset("last-12m", today)
    if first is None or first > today:
        return Period(whole.end, whole.end)
    if first + SHORTEST <= whole.end:
        return Period(max(first, whole.start), whole.end)
    return Period(first, today + DAY)


def _kinds(selection: Selection) -> tuple[str, ...]:
    """Return after what the chosen surveys ask; where none asks yet what they will ask after, else deals won."""
    triggers = Trigger.objects.filter(survey__metric=selection.metric, survey__in=Survey.objects.in_use())
    if selection.surveys is not None:
        triggers = triggers.filter(survey__in=selection.surveys)
    asks = Q(is_active=True, survey__status=Survey.Status.ACTIVE)
    each = dict(
        triggers.order_by("touchpoint_kind").values_list("touchpoint_kind").annotate(asking=Count("pk", filter=asks))
    )
    return tuple(kind for kind, asking in each.items() if asking) or tuple(each) or (USUAL_KIND,)


def _first_event(selection: Selection, kinds: tuple[str, ...]) -> date | None:
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, {"kinds": list(kinds), "zone": selection.zone.key})
        found: date | None = cursor.fetchone()[0]
        return found


def _events(selection: Selection, kinds: tuple[str, ...], segment: str) -> dict[Key | None, Events]:
    """Return what happened in the period of a selection by segment, "" where none is known; all of it under None."""
    column = "kind" if segment == "touchpoint" else segment if segment in OF_PROFILE else COLUMNS[segment]
    is_of_profile = COLUMNS[segment] == PROFILE
    statement = _EVENTS.format(
        segment=column, profiles="LEFT JOIN crm_profile ON crm_profile.id = profile_id" if is_of_profile else ""
    )
    found: dict[Key | None, Events] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters_of(selection) | {"kinds": list(kinds)})
        for is_whole, key, number, customers in cursor.fetchall():
            place = None if is_whole else key or ""
            known = found.get(place, NOTHING)
            found[place] = Events(known.number + number, known.customers + customers)
    return found


def _by_key(events: Mapping[Key | None, Events]) -> dict[Key, Events]:
    return {key: one for key, one in events.items() if key is not None}


def _curve(selection: Selection, today: date) -> Curve | None:
    first_young = today - timedelta(days=DAYS)
    known = cohorts.read(selection, Period(first_young - timedelta(weeks=WEEKS), today + DAY))
    return delay_curve.learned(known, today)
