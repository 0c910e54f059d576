"""What one request cannot show: a gateway at work on many letters, and evidence that comes after the answer.

A sweep over the visits since the last one, outside of every request, in statements over the whole set.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.setaside import Batch
from responses.evidence.assessment import BURST_WINDOW, REMEMBERED
from responses.models import LinkVisit, Watch
from surveys.letters import mail_domains
from surveys.metrics import SCALES
from surveys.models import Invitation, Sighting

log = structlog.get_logger(__name__)

BATCH = 50_000
SWEEPING = Batch("sweeping", _("looking for machines"), task="responses.watch_machines", model=LinkVisit)
# Visits are looked at once all that were written with them are surely there to be seen.
LAG = timedelta(seconds=10)
# One source at so many letters of one mail domain within this time, before and after, is its gateway.
GATEWAY_LETTERS = 5
GATEWAY_WINDOW = timedelta(seconds=5)

_DOMAIN = "lower(split_part(c.email, '@', 2))"
_VISITS = """
FROM responses_linkvisit v
JOIN surveys_invitation i ON i.id = v.invitation_id
JOIN crm_contact c ON c.id = i.contact_id AND c.email <> ''
"""

# So many different buttons are no person's any more, by metric.
_MANY = " ".join(f"WHEN '{scale.metric}' THEN {scale.sweep}" for scale in SCALES.values())

UP_TO = """
SELECT max(id) FROM (
    SELECT id, at FROM responses_linkvisit WHERE id > %(after)s ORDER BY id LIMIT %(batch)s
) AS visits WHERE at <= %(calm)s
"""
IDS = "SELECT id FROM responses_linkvisit WHERE id > %(after)s AND id <= %(up_to)s ORDER BY id"
# Only constants of this module are put into these statements.
SIGHTINGS = f"""
SELECT {_DOMAIN}, kind.name, v.invitation_id, min(v.at), min(v.network), min(v.user_agent)
{_VISITS}
CROSS JOIN (VALUES ('decoy'), ('burst')) AS kind(name)
WHERE v.id > %(after)s AND v.id <= %(up_to)s AND CASE kind.name
    WHEN 'decoy' THEN v.verdict = 'machine' AND v.evidence ? 'decoy'
    -- The first buttons of a burst were pressed before anybody could know that it is one.
    ELSE v.score_asked_for IS NOT NULL AND EXISTS (
        SELECT FROM responses_linkvisit burst
        WHERE burst.invitation_id = v.invitation_id AND burst.at >= v.at AND burst.at < v.at + %(burst)s
          AND burst.verdict = 'machine' AND burst.evidence ? 'burst'
    ) END
GROUP BY 1, 2, 3
HAVING kind.name = 'decoy' OR count(DISTINCT v.score_asked_for) >= CASE min(i.metric) {_MANY} END
"""  # noqa: S608
FIRST_VISITED = f"""
SELECT {_DOMAIN}, count(DISTINCT v.invitation_id)
{_VISITS}
WHERE v.id > %(after)s AND v.id <= %(up_to)s AND v.method <> ALL (%(elsewhere)s) AND NOT EXISTS (
    SELECT FROM responses_linkvisit earlier WHERE earlier.invitation_id = v.invitation_id AND earlier.id <= %(after)s
)
GROUP BY 1
"""  # noqa: S608
MARK_GATEWAYS = f"""
WITH firsts AS (
    SELECT {_DOMAIN} AS domain, v.network, v.user_agent, v.invitation_id, min(v.at) AS at
    {_VISITS}
    WHERE v.id > %(since)s AND v.id <= %(up_to)s AND v.network <> ''
    GROUP BY 1, 2, 3, 4
), crowds AS (
    SELECT *, count(*) OVER (
        PARTITION BY domain, network, user_agent ORDER BY at
        RANGE BETWEEN %(window)s PRECEDING AND %(window)s FOLLOWING
    ) AS letters
    FROM firsts
)
UPDATE responses_linkvisit v
SET verdict = 'machine', evidence = v.evidence || '["gateway"]'
FROM crowds
WHERE crowds.letters >= %(letters)s AND v.invitation_id = crowds.invitation_id AND v.network = crowds.network
  AND v.user_agent = crowds.user_agent AND v.id > %(since)s AND v.id <= %(up_to)s
  AND v.method <> 'POST' AND NOT v.evidence ? 'gateway'
"""  # noqa: S608
# A person's answer, or one that staff said is a person's, has no suspicion and stays.
HOLD_LATE = f"""
WITH held AS (
    UPDATE responses_response r
    SET is_provisional = true, changed_at = %(now)s, suspicion = r.suspicion || '["late"]',
        settled_at = CASE WHEN r.routed_at IS NULL THEN NULL ELSE r.settled_at END
    WHERE NOT r.is_provisional AND r.suspicion <> '[]'
      AND r.invitation_id IN (
          SELECT v.invitation_id FROM responses_linkvisit v WHERE v.id > %(since)s AND v.id <= %(up_to)s
      )
      AND EXISTS (
          SELECT FROM responses_linkvisit sent
          JOIN responses_linkvisit seen ON seen.invitation_id = sent.invitation_id AND seen.network = sent.network
               AND seen.user_agent = sent.user_agent
          WHERE sent.invitation_id = r.invitation_id AND sent.method = 'POST' AND sent.verdict <> 'human'
            AND seen.verdict = 'machine' AND seen.evidence ?| ARRAY['decoy', 'gateway']
            AND seen.at BETWEEN sent.at - %(remembered)s AND sent.at + %(remembered)s
      )
    RETURNING r.invitation_id
)
UPDATE surveys_invitation i SET {Invitation.TAKEN_BACK}
FROM held WHERE i.id = held.invitation_id AND i.status = 'answered'
"""  # noqa: S608


@dataclass(frozen=True)
class Looked:
    """What one run found."""

    visits_up_to: int = 0
    gateways: int = 0
    held: int = 0
    switched: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.visits_up_to)

    def __add__(self, other: "Looked") -> "Looked":
        return Looked(
            max(self.visits_up_to, other.visits_up_to),
            self.gateways + other.gateways,
            self.held + other.held,
            self.switched + other.switched,
        )


@transaction.atomic
def look(*, now: datetime | None = None) -> Looked:
    """Look at the visits since the last run; false when there are none. One at a time; safe to repeat and to kill.

    A visit that cannot be looked at is set aside and stops no other; a crowd of visits around it may go unseen.
    """
    now = now or clock.now()
    Watch.objects.get_or_create(pk=1)
    watch = Watch.objects.select_for_update(skip_locked=True).filter(pk=1).first()
    if watch is None:
        return Looked()
    run = SWEEPING.run(now)
    run.one_by_one([int(pk) for pk in run.wanted], lambda pk: _look_between([pk], now))
    found = _rows(UP_TO, {"after": watch.last_visit_id, "batch": BATCH, "calm": now - LAG})[0][0]
    if found is None:
        return Looked()
    part = {"since": watch.from_visit_id, "after": watch.last_visit_id, "up_to": found, "now": now}
    worked = run.all_or_each(
        whole=lambda: _look_at(part), rows=lambda: _ids(part), work=lambda ids: _look_between(ids, now)
    )
    looked = sum(worked.results, Looked(visits_up_to=found))
    watch.from_visit_id, watch.last_visit_id, watch.at = watch.last_visit_id, found, now
    watch.save()
    if looked.switched:
        log.info("letters carry one button", domains=looked.switched)
    return looked


def _ids(part: Mapping[str, Any]) -> list[int]:
    return [pk for (pk,) in _rows(IDS, part)]


def _look_between(ids: Sequence[int], now: datetime) -> Looked:
    """Look at visits that follow each other, from the first of `ids` to the last."""
    return _look_at({"since": ids[0] - 1, "after": ids[0] - 1, "up_to": ids[-1], "now": now})


def _look_at(part: Mapping[str, Any]) -> Looked:
    gateways = _changed(MARK_GATEWAYS, {**part, "window": GATEWAY_WINDOW, "letters": GATEWAY_LETTERS})
    held = _changed(HOLD_LATE, {**part, "remembered": REMEMBERED})
    switched = mail_domains.note(
        _sightings(part),
        visited=dict(_rows(FIRST_VISITED, {**part, "elsewhere": list(LinkVisit.ELSEWHERE)})),
        now=part["now"],
    )
    return Looked(part["up_to"], gateways, held, tuple(switched))


def _sightings(part: Mapping[str, Any]) -> Mapping[str, Sequence[Sighting]]:
    by_domain = defaultdict(list)
    for domain, kind, invitation_id, at, network, browser in _rows(SIGHTINGS, {**part, "burst": BURST_WINDOW}):
        seen = Sighting(kind=kind, invitation_id=invitation_id, at=at, network=network, browser=browser)
        by_domain[domain].append(seen)
    return by_domain


def _rows(statement: str, parameters: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[Any] = cursor.fetchall()
        return rows


def _changed(statement: str, parameters: Mapping[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)
