"""The touchpoints of won deals, for many deals at once: the same rules as Deal.win, lose and reopen."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction

from accounts.news import announce
from crm.models import Deal, Touchpoint
from crm.signals import touchpoints_recorded

FACTS = ("contact_id", "company_id", "manager_id", "product_id", "channel_id", "campaign", "amount", "currency")


@transaction.atomic(savepoint=False)
def settle(deal_ids: Collection[int], *, now: datetime) -> int:
    """Make the missing touchpoints of the won deals among `deal_ids`, cancel those of deals that are no longer won.

    Returns how many touchpoints began to stand; the signal follows on commit, once. Two statements; the unique
    constraint on deal and kind makes a repeat harmless.
    """
    if not deal_ids:
        return 0
    recorded = _record(deal_ids, now)
    _cancel(deal_ids, now)
    if recorded:
        announce(touchpoints_recorded)
    return recorded


def _record(deal_ids: Collection[int], now: datetime) -> int:
    facts = ", ".join(FACTS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO crm_touchpoint AS t (source, kind, deal_id, {facts}, occurred_at, created_at, updated_at)
            SELECT '', %(kind)s, id, {facts}, closed_at, %(now)s, %(now)s
            FROM crm_deal WHERE id = ANY(%(deals)s) AND status = %(won)s
            ORDER BY id
            ON CONFLICT (deal_id, kind) DO UPDATE
            SET cancelled_at = NULL, occurred_at = EXCLUDED.occurred_at, updated_at = EXCLUDED.updated_at
            WHERE t.cancelled_at IS NOT NULL
            """,  # noqa: S608 (FACTS are names of our own columns)
            {"kind": Touchpoint.Kind.DEAL_WON, "won": Deal.Status.WON, "deals": list(deal_ids), "now": now},
        )
        return int(cursor.rowcount)


def _cancel(deal_ids: Collection[int], now: datetime) -> None:
    """Cancel everything recorded for the deals whose win no longer holds."""
    undone = Touchpoint.objects.standing().filter(kind=Touchpoint.Kind.DEAL_WON, deal__in=deal_ids)
    undone = undone.exclude(deal__status=Deal.Status.WON)
    Touchpoint.objects.filter(deal__in=undone.values("deal")).cancel(at=now)
