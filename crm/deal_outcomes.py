"""What follows from how deals stand: the one place that records their touchpoints, cancels and revives them.

An ask about a deal that is won no more is called off because its touchpoint is cancelled: the judge refuses it, and so
does the last check before a letter is sent.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.news import announce
from crm import frozen_facts
from crm.models import Deal, Facts, Touchpoint
from crm.signals import touchpoints_recorded

Kind, Status = Touchpoint.Kind, Deal.Status

# The touchpoint that each outcome is.
OUTCOMES = {Status.WON: Kind.DEAL_WON, Status.LOST: Kind.DEAL_LOST}
# What was ordered is not delivered if the deal was won and then was not after all.
OF_A_WIN = (Kind.ORDER_DELIVERED,)

# Only names of our own columns and these kinds are put into the statements.
_OUTCOME = " ".join(f"WHEN '{status}' THEN '{kind}'" for status, kind in OUTCOMES.items())
_HOLDS = f"""
    CASE {" ".join(f"WHEN t.kind = '{kind}' THEN d.status = '{status}'" for status, kind in OUTCOMES.items())}
         ELSE d.status = '{Status.WON}' OR NOT EXISTS (
             SELECT FROM crm_touchpoint won WHERE won.deal_id = d.id AND won.kind = '{Kind.DEAL_WON}'
         ) END
"""
RECORD = f"""
    INSERT INTO crm_touchpoint (
        source, kind, deal_id, contact_id, {Facts.listed()}, occurred_at, created_at, updated_at
    )
    SELECT '', CASE status {_OUTCOME} END, id, contact_id, {Facts.listed()}, closed_at, %(now)s, %(now)s
    FROM crm_deal WHERE id = ANY(%(deals)s) AND status = ANY(%(closed)s)
    ORDER BY id
    ON CONFLICT (deal_id, kind) DO NOTHING
"""  # noqa: S608
STAND = f"""
    UPDATE crm_touchpoint AS t
    SET cancelled_at = CASE WHEN deal.holds THEN NULL ELSE %(now)s END, updated_at = %(now)s
    FROM (
        SELECT t.id, {_HOLDS} AS holds
        FROM crm_touchpoint t JOIN crm_deal d ON d.id = t.deal_id
        WHERE d.id = ANY(%(deals)s) AND t.kind = ANY(%(kinds)s)
    ) AS deal
    WHERE t.id = deal.id AND (t.cancelled_at IS NULL) <> deal.holds
    RETURNING deal.holds
"""  # noqa: S608
# A CRM that names the owner seconds after the win is not too late.
FOLLOW = f"""
    UPDATE crm_touchpoint AS t
    SET ({Facts.listed()}) = ROW ({Facts.listed("d")}), contact_id = d.contact_id, occurred_at = d.closed_at,
        updated_at = %(now)s
    FROM crm_deal AS d
    WHERE d.id = t.deal_id AND d.id = ANY(%(deals)s)
      AND t.cancelled_at IS NULL AND t.kind = CASE d.status {_OUTCOME} END
      AND (t.contact_id, t.occurred_at, {Facts.listed("t")})
          IS DISTINCT FROM (d.contact_id, d.closed_at, {Facts.listed("d")})
"""  # noqa: S608


@transaction.atomic(savepoint=False)
def settle(deal_ids: Collection[int], *, now: datetime) -> int:
    """Let the touchpoints of these deals say how the deals stand now.

    A won or lost deal has the touchpoint of its outcome, with the facts of the deal; one that stands differently loses
    it, and so does what was delivered of a win that is undone. Returns how many touchpoints began to stand; the
    signal follows on commit, once. Five statements; a repeat changes nothing.
    """
    if not deal_ids:
        return 0
    frozen_facts.complete(Deal, deal_ids)
    values: dict[str, Any] = {
        "deals": list(deal_ids),
        "closed": list(OUTCOMES),
        "kinds": [*OUTCOMES.values(), *OF_A_WIN],
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(RECORD, values)
        began = int(cursor.rowcount)
        cursor.execute(STAND, values)
        began += sum(bool(holds) for (holds,) in cursor.fetchall())
        cursor.execute(FOLLOW, values)
    if began:
        announce(touchpoints_recorded)
    return began
