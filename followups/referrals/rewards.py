"""Which deals were won by a code, and the reward for each: due once, whatever happens twice."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

# A deal of the customer's own, under whichever record, is no recommendation.
_DUE = """
INSERT INTO followups_referralreward (code_id, deal_id, created_at, state, note)
SELECT code.id, deal.id, %s, 'due', ''
FROM crm_deal deal
JOIN followups_referralcode code ON code.code = deal.referral_code
JOIN crm_contact owner ON owner.id = code.contact_id
JOIN crm_contact buyer ON buyer.id = deal.contact_id
WHERE deal.status = 'won' AND deal.referral_code <> ''
  AND coalesce(owner.merged_into_id, owner.id) <> coalesce(buyer.merged_into_id, buyer.id)
  AND NOT EXISTS (SELECT FROM followups_referralreward known WHERE known.deal_id = deal.id)
ON CONFLICT (deal_id) DO NOTHING
"""


def find_due(*, now: datetime) -> int:
    """Write down the rewards of won deals that have none, and return how many; safe to repeat and to run twice."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [now])
        return int(cursor.rowcount)
