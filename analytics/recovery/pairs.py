"""Customers who answered in a period and once more, counted by both scores; one statement over the raw rows.

Each customer counts once: by the first answer of the selection, and by the next one to the same metric, whenever it
came and whatever it was about. A record that was absorbed by another one is the same customer as that one.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection

from analytics.rollups.cells import OF_MEMBERS, OF_SELECTION, Selection, parameters_of

# Only constants of this package are put into the statement; values travel as parameters.
_PAIRS = f"""
SET LOCAL jit = off;
WITH answers AS (
    SELECT id, invitation_id,
           coalesce((SELECT merged_into_id FROM crm_contact WHERE crm_contact.id = contact_id), contact_id)
               AS customer,
           answered_at, counted_score, answered_at < %(last_moment)s AND {OF_SELECTION} AND {OF_MEMBERS} AS is_chosen
    FROM responses_response
    WHERE NOT is_provisional AND origin <> 'test' AND contact_id IS NOT NULL AND answered_at >= %(current_moment)s
      AND metric = %(metric)s AND origin = ANY(%(origins)s)
      AND (%(one_survey)s::bigint IS NULL OR survey_id = %(one_survey)s)
), ordered AS (
    SELECT id, customer, is_chosen, answered_at, counted_score,
           lead(counted_score) OVER of_customer AS next_score, lead(answered_at) OVER of_customer AS next_at,
           lead(invitation_id) OVER of_customer AS next_invitation
    FROM answers
    WINDOW of_customer AS (PARTITION BY customer ORDER BY answered_at, id)
), firsts AS (
    SELECT DISTINCT ON (customer) * FROM ordered WHERE is_chosen ORDER BY customer, answered_at, id
)
SELECT counted_score, next_score, coalesce(first_contact_at < next_at, false), lot < 0.5 AS is_late, count(*)::int,
       EXISTS (
           SELECT FROM followups_compensation given
           WHERE given.withdrawn_at IS NULL AND given.given_at < next_at
             AND (given.followup_id = work.id
                  OR given.followup_id IS NULL AND given.contact_id = customer AND given.given_at >= answered_at)
       ) AS is_compensated,
       EXISTS (
           SELECT FROM followups_secondask again
           WHERE again.followup_id = work.id AND again.invitation_id = next_invitation
       ) AS is_asked_again
FROM firsts LEFT JOIN followups_followup work ON response_id = firsts.id
WHERE next_score IS NOT NULL
GROUP BY 1, 2, 3, 4, 6, 7
ORDER BY 1, 2, 3, 4, 6, 7
"""  # noqa: S608


class ScorePair(NamedTuple):
    """So many `customers` had these two scores; `is_called`: somebody of us reached out to them in between.

    `is_compensated`: they were given something before they answered again; `is_asked_again`: the second answer came to
    the ask after recovery of the first one's follow-up.
    `is_late`: whether lots were drawn for the order of contacting, and theirs was in the later half; None without lots.
    """

    first: int
    second: int
    is_called: bool
    is_late: bool | None
    customers: int
    is_compensated: bool = False
    is_asked_again: bool = False


def read(selection: Selection) -> list[ScorePair]:
    """Return the pairs of scores of a selection. With one survey chosen the next answer is one to that survey too."""
    one_survey = selection.surveys[0] if selection.surveys and len(selection.surveys) == 1 else None
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, {**parameters_of(selection), "one_survey": one_survey})
        return [ScorePair(*row) for row in cursor.fetchall()]
