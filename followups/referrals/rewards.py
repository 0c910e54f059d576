"""Which deals were won by a code, and the reward for each: due once, whatever happens twice, and then decided once."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from accounts.models import User
from followups.compensations import codes
from followups.models import CodePool, ReferralReward

# A deal of the customer's own is no recommendation, under whichever record: absorbed ones, and those of one mailbox.
_OWN = """
(
    coalesce(owner.merged_into_id, owner.id) = coalesce(buyer.merged_into_id, buyer.id)
    OR EXISTS (
        SELECT FROM crm_contactaddress mine
        JOIN crm_contactaddress theirs ON theirs.medium = mine.medium AND theirs.value = mine.value
        WHERE mine.medium = 'email' AND mine.contact_id = owner.id AND theirs.contact_id = buyer.id
    )
)
"""
_DUE = f"""
INSERT INTO followups_referralreward (code_id, deal_id, created_at, state, note)
SELECT code.id, deal.id, %s, 'due', ''
FROM crm_deal deal
JOIN followups_referralcode code ON code.code = deal.referral_code
JOIN crm_contact owner ON owner.id = code.contact_id
JOIN crm_contact buyer ON buyer.id = deal.contact_id
WHERE deal.status = 'won' AND deal.referral_code <> '' AND NOT {_OWN}
  AND NOT EXISTS (SELECT FROM followups_referralreward known WHERE known.deal_id = deal.id)
ON CONFLICT (deal_id) DO NOTHING
"""  # noqa: S608 constants of the module
_OWN_AFTER_ALL = f"""
DELETE FROM followups_referralreward reward
USING crm_deal deal, followups_referralcode code, crm_contact owner, crm_contact buyer
WHERE reward.state = 'due' AND deal.id = reward.deal_id AND code.id = reward.code_id
  AND owner.id = code.contact_id AND buyer.id = deal.contact_id AND {_OWN}
"""  # noqa: S608


def find_due(*, now: datetime) -> int:
    """Write down the rewards of won deals that have none, and return how many; safe to repeat and to run twice.

    One that nobody has decided about goes again where customer and buyer turn out to be one person.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OWN_AFTER_ALL)
        cursor.execute(_DUE, [now])
        return int(cursor.rowcount)


@transaction.atomic
def give(reward: ReferralReward, *, by: User, note: str, pool: CodePool | None, at: datetime) -> bool:
    """Write down that a reward was given, with the next code of a pool if one is chosen, which nobody else gets.

    Return False where somebody decided before; no code is taken then. Raises NoCodeLeft, and nothing is written.
    """
    if not reward.decide(ReferralReward.State.GIVEN, by=by, note=note, at=at):
        return False
    if pool is not None:
        ReferralReward.objects.filter(pk=reward.pk).update(given_code=codes.claim(pool))
    return True


def refuse(reward: ReferralReward, *, by: User, reason: str, at: datetime) -> bool:
    """Write down that a reward is not given, and why; return False where somebody decided before."""
    return reward.decide(ReferralReward.State.REFUSED, by=by, note=reason, at=at)
