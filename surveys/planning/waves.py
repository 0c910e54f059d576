"""Invitations of waves: each contact of the audience once per cadence, on a day of its own.

A contact's slot is a day of the cadence (0 … cadence − 1), drawn by a hash of wave and contact: always the same, and
evenly spread over all contacts, so that the contacts of any one day are a fair sample. Day `d` after the start belongs
to slot `d mod cadence`, in round `d // cadence + 1`. A turn that falls on a day without a send window goes to one of
the next days that have one, drawn by the hash too, so that Monday does not get three days' worth.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_lazy as _

from accounts.setaside import Batch, BatchRun
from accounts.sources import SAMPLE
from crm.models import Contact, Facts
from surveys.audiences import segments
from surveys.audiences.segments import UnreadableSegment
from surveys.locks import Work, claim
from surveys.models import AskingPolicy, SurveyVersion, Wave
from surveys.models.wave import SLACK_DAYS
from surveys.planning.places import LANGUAGE, NAMED, REGION, ZONE, Places
from surveys.sendwindow import NeverOpens, calendar
from surveys.wording import texts

TURNS = Batch("turns", _("planning waves"), task="surveys.plan_invitations", model=Contact, place_model=Wave)
log = structlog.get_logger(__name__)

ONE_DAY = timedelta(days=1)
# Planned ahead, because it is tomorrow already where some contacts live.
AHEAD = ONE_DAY
# Within so many days there are as many openings as a week has.
OPENINGS_WITHIN = timedelta(days=28)

# A contact's own day, as days after `first`: at most one, because no span is longer than a cadence.
AUDIENCE = """
    FROM crm_contact c
    LEFT JOIN crm_company o ON o.id = c.company_id
    CROSS JOIN LATERAL (
        SELECT ('x' || substr(md5(%(wave)s || ':' || c.id), 1, 15))::bit(60)::bigint AS hash
    ) drawn
    CROSS JOIN LATERAL (
        SELECT %(first)s::date + mod(mod(drawn.hash, %(cadence)s) - %(elapsed)s + %(whole)s, %(cadence)s)::int AS turn,
            c.customer_since + %(joining)s::int AS joins
    ) slot
    CROSS JOIN LATERAL (
        SELECT CASE WHEN slot.joins BETWEEN %(first)s AND %(last)s THEN slot.joins ELSE slot.turn END AS date,
            COALESCE(slot.joins BETWEEN %(first)s AND %(last)s, false) AS is_joining
    ) own
    WHERE c.merged_into_id IS NULL AND c.source <> %(invented)s AND own.date BETWEEN %(first)s AND %(last)s
      AND (own.is_joining OR slot.joins IS NULL OR slot.joins < %(starts_on)s
           OR own.date >= slot.joins + %(cadence)s - %(slack)s)
      {conditions}
"""

CONDITIONS = {
    "size_bands": "o.size_band = ANY(%(size_bands)s)",
    "regions": "lower(COALESCE(NULLIF(c.region, ''), o.region)) = ANY(%(regions)s)",
    "min_customer_days": "c.customer_since <= own.date - %(min_customer_days)s::int",
    "only": "c.id = ANY(%(only)s)",
}
BOUGHT = {
    "products": "t.product_id = ANY(%(products)s)",
    "channels": "t.channel_id = ANY(%(channels)s)",
    "bought_within_days": "t.occurred_at >= own.date - %(bought_within_days)s::int",
}
PURCHASE = """
    EXISTS (
        SELECT FROM crm_touchpoint t
        WHERE t.contact_id = c.id AND t.kind = 'deal_won' AND t.cancelled_at IS NULL AND {conditions}
    )
"""

ZONES = f"SELECT DISTINCT {NAMED} {{audience}}"

# As of what happened last with the contact; who and what the contact is now goes before it.
FACTS = Facts.listed(
    "latest",
    company_id="COALESCE(chosen.company_id, latest.company_id)",
    team_id="COALESCE(latest.team_id, m.team_id)",
    campaign="COALESCE(latest.campaign, '')",
    currency="COALESCE(latest.currency, '')",
    profile_id="chosen.profile_id",
    brand_id="%(brand)s",
)
# Whose turn it is, with the openings of the day; each gets one of these, drawn by the hash too.
CHOSEN = f"""
    (
        SELECT c.id AS contact_id, c.company_id, c.profile_id, drawn.hash, own.date,
            CASE WHEN own.is_joining THEN 0 ELSE (own.date - %(starts_on)s) / %(cadence)s + 1 END AS round,
            {LANGUAGE} AS language,
            {ZONE} AS zone, {REGION} AS region
        {{audience}}
    ) chosen
    JOIN json_to_recordset(%(calendar)s) AS day (zone text, region text, date date, openings timestamptz[])
        ON day.zone = chosen.zone AND day.region = chosen.region AND day.date = chosen.date
"""
OPENING = "day.openings[1 + mod(chosen.hash / %(cadence)s, cardinality(day.openings))::int]"
TURNS_OF_DAYS = f"SELECT chosen.contact_id, {OPENING} FROM {CHOSEN} ORDER BY 2, 1 LIMIT %(most)s"  # noqa: S608
INSERT = f"""
    INSERT INTO surveys_invitation (
        survey_id, version_id, wave_id, wave_round, contact_id, kind, metric, touchpoint_kind, language,
        {Facts.listed()}, planned_at, due_at, reminders_left
    )
    SELECT %(survey)s, %(version)s, %(wave)s, chosen.round, chosen.contact_id, %(survey_kind)s, %(metric)s,
        COALESCE(latest.kind, ''), chosen.language,
        {FACTS}, %(now)s,
        {OPENING}, %(reminders)s
    FROM {CHOSEN}
    LEFT JOIN LATERAL (
        SELECT t.kind, {Facts.listed("t")}
        FROM crm_touchpoint t
        WHERE t.contact_id = chosen.contact_id AND t.cancelled_at IS NULL AND t.occurred_at <= %(now)s
        ORDER BY t.occurred_at DESC, t.id DESC
        LIMIT 1
    ) latest ON true
    LEFT JOIN accounts_user m ON m.id = latest.manager_id
    ON CONFLICT (wave_id, wave_round, contact_id) WHERE wave_id IS NOT NULL DO NOTHING
"""  # noqa: S608


def plan(wave: Wave, *, now: datetime) -> int:
    """Insert the invitations for the turns up to tomorrow that are not planned yet, and return how many there were.

    What a late run missed is made up for, as far back as an ask may be late. Another process at the same wave makes
    this one return 0 at once; the unique constraint on wave, round and contact makes any repeat harmless. A contact
    whose turn cannot be planned is set aside and stops no other; an error that is of none of them is raised. Of a wave
    whose segment cannot be read any more nobody is asked.
    """
    last = now.date() + AHEAD
    run = TURNS.run(now, place=str(wave.pk))
    if wave.planned_until and wave.planned_until >= last and not run.wanted:
        return 0
    version = SurveyVersion.objects.latest_of(wave.survey_id)
    if version is None:
        Wave.objects.filter(pk=wave.pk).skip_until(now.date())
        return 0
    with transaction.atomic():
        if not claim(Work.WAVES, wave.pk):
            return 0
        wave.refresh_from_db(fields=["planned_until", "paused_at"])
        if wave.is_resting:
            return 0
        try:
            return _plan_again(wave, version, run, last) + _plan_on(wave, version, run, last)
        except UnreadableSegment:
            log.warning("the segment of a wave cannot be read any more", wave=wave.pk)
            return 0


def _plan_again(wave: Wave, version: SurveyVersion, run: BatchRun, last: date) -> int:
    """Plan the turns of contacts that were set aside and are to be tried again, those of days gone by too."""
    if not run.wanted:
        return 0
    values = _values(wave, version, max(_earliest(wave, run.now), wave.starts_on), last, run.now)
    worked = run.each_alone([int(pk) for pk in run.wanted], lambda ids: _insert(wave, values | {"only": list(ids)}))
    return sum(worked.results)


def _plan_on(wave: Wave, version: SurveyVersion, run: BatchRun, last: date) -> int:
    """Plan the turns of the days that are not planned yet."""
    missed = wave.planned_until + ONE_DAY if wave.planned_until else run.now.date()
    first = max(missed, _earliest(wave, run.now), wave.starts_on)
    if first > last:
        return 0
    values = _values(wave, version, first, last, run.now)
    worked = run.all_or_each(
        whole=partial(_insert, wave, values),
        rows=partial(_audience, values),
        work=lambda ids: _insert(wave, values | {"only": list(ids)}),
    )
    Wave.objects.filter(pk=wave.pk).update(planned_until=last)
    return sum(worked.results)


def _earliest(wave: Wave, now: datetime) -> date:
    """Return the first day of which a turn may still be made up for."""
    return now.date() - min(AskingPolicy.current().days_late, wave.cadence_days - 2) * ONE_DAY


def _audience(values: dict[str, Any]) -> list[int]:
    """Return the contacts whose turn it is."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT c.id {AUDIENCE.format(conditions=_conditions(values))} ORDER BY c.id", values)
        return [contact for (contact,) in cursor.fetchall()]


def turns(wave: Wave, first: date, last: date, *, now: datetime, most: int | None = None) -> list[tuple[int, datetime]]:
    """Return whose turn comes on these days, less than a cadence of them, and when: ids of contacts in order of time.

    `most`: how many of them are enough. Raises UnreadableSegment, NeverOpens.
    """
    values = _values(wave, None, first, last, now) | {"most": most}
    with connection.cursor() as cursor:
        _execute(TURNS_OF_DAYS, wave, values, cursor)
        found: list[tuple[int, datetime]] = cursor.fetchall()
    return found


def _insert(wave: Wave, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        try:
            return _execute(INSERT, wave, values, cursor)
        except NeverOpens:
            log.warning("the send window of a wave never opens", wave=wave.pk)
            return 0


def _execute(statement: str, wave: Wave, values: dict[str, Any], cursor: CursorWrapper) -> int:
    """Run a statement over whose turn it is, and return of how many rows it was. Raises NeverOpens."""
    places = Places.fetch()
    values = values | places.regions
    audience = AUDIENCE.format(conditions=_conditions(values))
    cursor.execute(ZONES.format(audience=audience), values)
    found = cursor.fetchall()
    if not found:
        return 0
    values |= _openings(wave, places, found, values["first"], values["last"])
    cursor.execute(statement.format(audience=audience), values)
    return int(cursor.rowcount)


def _conditions(values: dict[str, Any]) -> str:
    conditions = [sql for name, sql in CONDITIONS.items() if values[name] not in (None, [])]
    bought = [sql for name, sql in BOUGHT.items() if values[name] not in (None, [])]
    if bought:
        conditions.append(PURCHASE.format(conditions=" AND ".join(bought)))
    if values["members"]:
        conditions.append(f"c.id IN ({values['members']})")
    return "".join(f" AND {sql}" for sql in conditions)


def _values(wave: Wave, version: SurveyVersion | None, first: date, last: date, now: datetime) -> dict[str, Any]:
    elapsed = (first - wave.starts_on).days
    return {
        "now": now,
        "invented": SAMPLE,
        "first": first,
        "last": last,
        "starts_on": wave.starts_on,
        "cadence": wave.cadence_days,
        "elapsed": elapsed,
        # So many whole cadences that the difference is not negative, where the modulo of SQL would be.
        "whole": (elapsed // wave.cadence_days + 1) * wave.cadence_days,
        "slack": SLACK_DAYS,
        "joining": wave.joining_days,
        "wave": wave.pk,
        "survey": wave.survey_id,
        "survey_kind": wave.survey.kind,
        "brand": wave.survey.brand_id,
        "metric": wave.survey.metric,
        "version": version.pk if version else None,
        "languages": texts.offered(version) if version else [],
        "default_language": wave.survey.default_language,
        "reminders": len(wave.reminder_days),
        "size_bands": wave.size_bands,
        "regions": [region.lower() for region in wave.regions],
        "products": [product.pk for product in wave.products.all()],
        "channels": [channel.pk for channel in wave.channels.all()],
        "bought_within_days": wave.bought_within_days,
        "min_customer_days": wave.min_customer_days,
        # SQL, not a value.
        "members": segments.keys_as_sql(wave.segment, now=now) if wave.segment else "",
        "only": None,
    }


def _openings(
    wave: Wave, places: Places, found: Iterable[tuple[str, str, str]], first: date, last: date
) -> dict[str, Any]:
    """Return for every time zone, region and day the openings of the send window that a turn of that day may get."""
    names = {(places.zone_of(of_contact, of_company), region) for of_contact, of_company, region in found}
    rows = []
    for zone, region in sorted(names):
        days = calendar(first, last + OPENINGS_WITHIN, wave.window, ZoneInfo(zone), places.holidays(region))
        opened = [day.opens_at for day in days if day.opens_at]
        for day in days[: (last - first).days + 1]:
            later = [opens_at for opens_at in opened if opens_at >= day.next_opens_at]
            openings = [day.opens_at] if day.opens_at else later[: len(wave.window_weekdays)] or [day.next_opens_at]
            rows.append({"zone": zone, "region": region, "date": day.date, "openings": openings})
    return {**places.parameters(zone for zone, _region in names), "calendar": json.dumps(rows, default=str)}
