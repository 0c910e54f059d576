"""Who was shown a place for a public review and who went there. What is written there only the place knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.models import Brand
from analytics import top_share
from analytics.counts import FEW
from analytics.estimates import Interval
from analytics.explorer import answers
from analytics.rollups.cells import Selection
from followups.letters import thanks
from responses.evidence.assessment import REMEMBERED
from surveys.models import ReviewLink

# Each person counts once for a place and language, however often they came; a visit that a machine made, or one from a
# network and browser that gave itself away on the same link, is nobody's. Whoever went there was shown it.
_REACHED = f"""
SET LOCAL jit = off;
WITH given AS MATERIALIZED (
    SELECT * FROM ({{answers}}) AS one(response_id, invitation_id, language) WHERE invitation_id IS NOT NULL
), seen AS (
    SELECT given.invitation_id, given.language, v.review_link_id, v.reviews_shown
    FROM given JOIN responses_linkvisit v ON v.invitation_id = given.invitation_id
    WHERE v.at >= %s AND v.verdict <> 'machine' AND (v.review_link_id IS NOT NULL OR v.reviews_shown <> '{{{{}}}}')
      AND NOT EXISTS (
          SELECT FROM responses_linkvisit m
          WHERE m.invitation_id = v.invitation_id AND m.verdict = 'machine' AND m.network = v.network
            AND m.user_agent = v.user_agent AND m.at BETWEEN v.at - %s AND v.at + %s
      )
), reached AS (
    SELECT language, review_link_id AS link_id, invitation_id, true AS is_visited
    FROM seen WHERE review_link_id IS NOT NULL
    UNION ALL
    SELECT language, unnest(reviews_shown), invitation_id, false FROM seen
    UNION ALL
    SELECT given.language, jsonb_array_elements_text(m.context -> 'reviews')::bigint, invitation_id, false
    FROM given JOIN delivery_message m ON m.idempotency_key = '{thanks.KEY}' || given.response_id
    WHERE m.sent_at IS NOT NULL
), of_person AS (
    SELECT link_id, language, bool_or(is_visited) AS is_visited FROM reached GROUP BY link_id, language, invitation_id
)
SELECT link_id, language, count(*)::int, (count(*) FILTER (WHERE is_visited))::int FROM of_person GROUP BY 1, 2
"""  # noqa: S608 constants of the product


@dataclass(frozen=True, slots=True)
class PlaceReached:
    """So many customers were shown a place in a language, and so many of them went there."""

    brand: str
    place: str
    language: str
    shown: int
    visited: int
    is_for_some: bool = False

    @property
    def share(self) -> Interval | None:
        """The share that went there, in per cent, with its interval; None of fewer than five."""
        return top_share.of_share(self.visited, self.shown) if self.shown >= FEW else None


def read(selection: Selection) -> Sequence[PlaceReached]:
    """Return the places that those who answered were shown, by brand, place and language of the answer."""
    given = answers.of_selection(selection).order_by().values_list("pk", "invitation_id", "language")
    statement, parameters = given.query.sql_with_params()
    start, _end = selection.period.moments(selection.zone)
    values: list[Any] = [*parameters, start, REMEMBERED, REMEMBERED]
    with connection.cursor() as cursor:
        cursor.execute(_REACHED.format(answers=statement), values)
        rows = cursor.fetchall()
    links = ReviewLink.objects.in_bulk({link_id for link_id, *_rest in rows})
    brands = Brand.objects.in_bulk({link.brand_id for link in links.values()})
    found = [
        PlaceReached(brands[link.brand_id].name, link.name, language, shown, visited, link.is_for_some)
        for link_id, language, shown, visited in rows
        if (link := links.get(link_id))
    ]
    return sorted(found, key=lambda row: (row.brand, row.place, row.language))
