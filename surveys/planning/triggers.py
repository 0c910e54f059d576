"""Invitations from touchpoints, one set-based statement per trigger."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.setaside import Batch
from crm.models import Facts, Touchpoint
from surveys.locks import Work, claim
from surveys.models import Survey, SurveyVersion, Trigger
from surveys.planning.places import LANGUAGE, NAMED, REGION, ZONE, Places
from surveys.sendwindow import NeverOpens, calendar
from surveys.wording import texts

PLANNING = Batch(
    "planning", _("planning invitations"), task="surveys.plan_invitations", model=Touchpoint, place_model=Trigger
)
log = structlog.get_logger(__name__)

# Touchpoints further ahead wait for a later run, so that a mistyped year does not call for a thousand-year calendar.
AHEAD = timedelta(days=400)
# A local date is at most a day away from the date in UTC.
MARGIN = timedelta(days=1)

# With both indexes in order of touchpoint, a run that finds nothing to do is one merge of the two.
PROBE = """
    SET LOCAL enable_hashjoin = off;
    SELECT 1 FROM crm_touchpoint t {unplanned} LIMIT 1;
"""

PEOPLE = """
    JOIN crm_contact c ON c.id = t.contact_id
    LEFT JOIN crm_company o ON o.id = COALESCE(t.company_id, c.company_id)
    LEFT JOIN accounts_user m ON m.id = t.manager_id
"""

UNPLANNED = """
    WHERE t.kind = %(kind)s AND t.occurred_at BETWEEN %(asks_since)s AND %(asks_until)s AND t.cancelled_at IS NULL
      AND (t.brand_id IS NULL OR t.brand_id = %(brand)s)
      AND NOT EXISTS (
          SELECT FROM surveys_invitation i WHERE i.trigger_id = %(trigger)s AND i.touchpoint_id = t.id
      )
      {conditions}
"""

CONDITIONS = {
    "products": "t.product_id = ANY(%(products)s)",
    "channels": "t.channel_id = ANY(%(channels)s)",
    "teams": "t.team_id = ANY(%(teams)s)",
    "min_amount": "t.amount_base >= %(min_amount)s",
    "max_amount": "t.amount_base <= %(max_amount)s",
    "resting": "t.id <> ALL(%(resting)s)",
    "only": "t.id = ANY(%(only)s)",
}
# So many are tried one by one in a run.
WAITING = "SELECT t.id FROM crm_touchpoint t {unplanned} ORDER BY t.id LIMIT 500"

SPANS = f"""
    SELECT {NAMED}, min(t.occurred_at), max(t.occurred_at)
    FROM crm_touchpoint t {{people}} {{unplanned}} GROUP BY 1, 2, 3
"""  # noqa: S608

CALENDAR = f"""
    CROSS JOIN LATERAL (SELECT t.occurred_at + %(delay)s AS at, {ZONE} AS zone, {REGION} AS region) ready
    JOIN json_to_recordset(%(calendar)s) AS day (
        zone text, region text, date date, opens_at timestamptz, closes_at timestamptz, next_opens_at timestamptz
    ) ON day.zone = ready.zone AND day.region = ready.region
     AND day.date = (ready.at AT TIME ZONE ready.zone)::date
"""

# What a touchpoint does not know is that of its contact.
FACTS = Facts.listed(
    "t",
    company_id="o.id",
    team_id="COALESCE(t.team_id, m.team_id)",
    profile_id="COALESCE(t.profile_id, c.profile_id)",
    brand_id="%(brand)s",
)
# Without ON CONFLICT, which would look every row up once more: the claim keeps planners apart, and a row that somebody
# else adds meanwhile breaks the unique constraint, after which the touchpoints are planned one by one.
INSERT = f"""
    INSERT INTO surveys_invitation (
        survey_id, version_id, trigger_id, touchpoint_id, contact_id, kind, metric, touchpoint_kind, language,
        {Facts.listed()}, planned_at, due_at, reminders_left
    )
    SELECT
        %(survey)s, %(version)s, %(trigger)s, t.id, t.contact_id, %(survey_kind)s, %(metric)s, t.kind,
        {LANGUAGE},
        {FACTS},
        %(now)s, CASE WHEN ready.at < day.closes_at THEN GREATEST(ready.at, day.opens_at) ELSE day.next_opens_at END,
        %(reminders)s
    FROM crm_touchpoint t {{people}} {{calendar}} {{unplanned}}
"""  # noqa: S608

# A deal that was lost or reopened and won again is asked about after all; the judge finds the moment.
REVIVE = """
    UPDATE surveys_invitation i SET status = 'planned', reason = '', due_at = %(now)s
    FROM crm_touchpoint t
    WHERE i.status = 'suppressed' AND i.reason = 'cancelled' AND i.trigger_id = %(trigger)s
      AND t.id = i.touchpoint_id AND t.cancelled_at IS NULL
"""


def plan(trigger: Trigger, *, now: datetime) -> int:
    """Insert the invitations that `trigger` owes to touchpoints and return how many there were.

    The facts are frozen as they are now. Another process at the same trigger makes this one return 0 at once;
    the unique constraint on trigger and touchpoint makes any repeat harmless. A touchpoint that cannot be planned is
    set aside and stops no other; an error that is of none of them is raised.
    """
    version = SurveyVersion.objects.latest_of(trigger.survey_id)
    if version is None:
        return 0
    with transaction.atomic():
        if not claim(Work.PLANNING, trigger.pk):
            return 0
        run = PLANNING.run(now, place=str(trigger.pk))
        values = _values(trigger, version, now) | {"resting": [int(pk) for pk in run.resting] or None}
        worked = run.all_or_each(
            whole=partial(_insert, trigger, values),
            rows=partial(_unplanned, values),
            work=lambda ids: _insert(trigger, values | {"only": list(ids)}),
        )
        return sum(worked.results)


def _unplanned(values: Mapping[str, Any]) -> list[int]:
    """Return some of the touchpoints that wait for their invitation, the longest known first."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING.format(unplanned=_unplanned_where(values)), values)
        return [touchpoint for (touchpoint,) in cursor.fetchall()]


def _unplanned_where(values: Mapping[str, Any]) -> str:
    chosen = "".join(f" AND {sql}" for name, sql in CONDITIONS.items() if values[name] is not None)
    return UNPLANNED.format(conditions=chosen)


def _insert(trigger: Trigger, values: Mapping[str, Any]) -> int:
    places = Places.fetch()
    values = {**values, **places.regions}
    unplanned = _unplanned_where(values)
    with connection.cursor() as cursor:
        cursor.execute(REVIVE, values)
        revived = int(cursor.rowcount)
        # Statistics say nothing of the rows that this very transaction adds: a look-up row by row would crawl.
        cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '64MB'")
        cursor.execute(PROBE.format(unplanned=unplanned), values)
        found = cursor.fetchone()
        cursor.execute("SET LOCAL enable_hashjoin = on")
        if found is None:
            return revived
        cursor.execute(SPANS.format(people=PEOPLE, unplanned=unplanned), values)
        try:
            values |= _calendar(trigger, places, cursor.fetchall())
        except NeverOpens:
            log.warning("the send window of a trigger never opens", trigger=trigger.pk)
            return revived
        cursor.execute(INSERT.format(people=PEOPLE, calendar=CALENDAR, unplanned=unplanned), values)
        return revived + int(cursor.rowcount)


def _values(trigger: Trigger, version: SurveyVersion, now: datetime) -> dict[str, Any]:
    survey: Survey = trigger.survey
    return {
        "now": now,
        "survey": survey.pk,
        "survey_kind": survey.kind,
        "brand": survey.brand_id,
        "metric": survey.metric,
        "version": version.pk,
        "trigger": trigger.pk,
        "kind": trigger.touchpoint_kind,
        "delay": trigger.delay,
        "asks_since": trigger.asks_since,
        "asks_until": now + AHEAD,
        "languages": texts.offered(version),
        "default_language": survey.default_language,
        "reminders": len(trigger.reminder_days),
        "products": [product.pk for product in trigger.products.all()] or None,
        "channels": [channel.pk for channel in trigger.channels.all()] or None,
        "teams": [team.pk for team in trigger.teams.all()] or None,
        "min_amount": trigger.min_amount,
        "max_amount": trigger.max_amount,
        "resting": None,
        "only": None,
    }


def _calendar(
    trigger: Trigger, places: Places, spans: Iterable[tuple[str, str, str, datetime, datetime]]
) -> dict[str, Any]:
    """Return the send window as a calendar of every time zone, region and date that the touchpoints call for."""
    dates: dict[tuple[str, str], list[date]] = {}
    for of_contact, of_company, region, first, last in spans:
        dates.setdefault((places.zone_of(of_contact, of_company), region), []).extend(
            [(first + trigger.delay - MARGIN).date(), (last + trigger.delay + MARGIN).date()]
        )
    rows = [
        {"zone": zone, "region": region, **day._asdict()}
        for (zone, region), ends in dates.items()
        for day in calendar(min(ends), max(ends), trigger.window, ZoneInfo(zone), places.holidays(region))
    ]
    return {**places.parameters(zone for zone, _region in dates), "calendar": json.dumps(rows, default=str)}
