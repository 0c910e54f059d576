"""What came of recommendations, by brand: links, leads, deals won by code and their revenue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from accounts.models import Brand, User

# Each deal by a code counts, whoever bought it, but the customer's own; money is in the company's own currency. Whoever
# sees one team only reads of the deals of that team.
_YIELD = """
WITH codes AS (
    SELECT brand_id, count(*) AS number FROM followups_referralcode GROUP BY 1
), leads AS (
    SELECT brand_id, count(*) AS number, count(*) FILTER (WHERE is_new) AS new FROM followups_referral GROUP BY 1
), won AS (
    SELECT code.brand_id, count(*) AS number, sum(deal.amount_base)::float8 AS revenue,
           count(*) FILTER (WHERE deal.amount_base IS NULL) AS unpriced,
           count(*) FILTER (WHERE reward.state = 'due') AS due, count(*) FILTER (WHERE reward.state = 'given') AS given
    FROM followups_referralreward reward
    JOIN followups_referralcode code ON code.id = reward.code_id
    JOIN crm_deal deal ON deal.id = reward.deal_id AND deal.status = 'won'
    WHERE %(team)s::bigint IS NULL OR deal.team_id = %(team)s
    GROUP BY 1
)
SELECT brand.id, coalesce(codes.number, 0), coalesce(leads.number, 0), coalesce(leads.new, 0),
       coalesce(won.number, 0), coalesce(won.revenue, 0), coalesce(won.unpriced, 0),
       coalesce(won.due, 0), coalesce(won.given, 0)
FROM accounts_brand brand
LEFT JOIN codes ON codes.brand_id = brand.id
LEFT JOIN leads ON leads.brand_id = brand.id
LEFT JOIN won ON won.brand_id = brand.id
WHERE codes.number > 0 OR leads.number > 0 OR won.number > 0
ORDER BY brand.name
"""


@dataclass(frozen=True, slots=True)
class ReferralYield:
    """`links`: customers who took a link; `new`: leads whom nobody knew; `unpriced`: deals won of no known amount."""

    brand: str
    links: int
    leads: int
    new: int
    won: int
    revenue: float
    unpriced: int
    due: int
    given: int


def read(user: User) -> Sequence[ReferralYield]:
    """Return what came of it as far as this person may see deals; nobody's without a team."""
    if not user.sees_all_teams and user.team_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_YIELD, {"team": None if user.sees_all_teams else user.team_id})
        rows = cursor.fetchall()
    names = dict(Brand.objects.values_list("pk", "name"))
    return [ReferralYield(names[brand_id], *numbers) for brand_id, *numbers in rows]
