"""What each contact said last by each metric, kept on a row of the CRM where lists and segments choose by it."""

from collections.abc import Collection

from django.db import connection, transaction

from crm import score_changes

FACTS = ("product_id", "channel_id", "brand_id", "team_id", "manager_id")
KEPT = (
    "answer", "answered_at", "score", "category", "previous_score", "previous_category", *FACTS, "topics",
)  # fmt: skip
# Worked out from the answers alone, whatever the rows say by now. Only constants are put together here.
KEEP = f"""
WITH given AS (
    SELECT r.contact_id, r.metric, r.id, r.answered_at, r.counted_score, r.category, {", ".join(FACTS)},
        row_number() OVER latest_first AS place,
        lead(r.counted_score) OVER latest_first AS previous_score,
        coalesce(lead(r.category) OVER latest_first, '') AS previous_category
    FROM responses_response r
    WHERE r.contact_id = ANY(%(contacts)s) AND r.settled_at IS NOT NULL AND NOT r.is_provisional AND r.origin <> 'test'
    WINDOW latest_first AS (PARTITION BY r.contact_id, r.metric ORDER BY r.answered_at DESC, r.id DESC)
), latest AS (
    SELECT * FROM given WHERE place = 1
), gone AS (
    DELETE FROM crm_latestscore s
    WHERE s.contact_id = ANY(%(contacts)s)
      AND NOT EXISTS (SELECT FROM latest WHERE latest.contact_id = s.contact_id AND latest.metric = s.metric)
)
INSERT INTO crm_latestscore AS s (contact_id, metric, {", ".join(KEPT)})
SELECT contact_id, metric, latest.id, answered_at, counted_score, category, previous_score, previous_category,
    {", ".join(FACTS)},
    ARRAY(SELECT topic.slug FROM responses_responsetopic named JOIN responses_topic topic ON topic.id = named.topic_id
          WHERE named.response_id = latest.id ORDER BY topic.slug)
FROM latest
ON CONFLICT (contact_id, metric) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in KEPT)}
WHERE ({", ".join(f"s.{name}" for name in KEPT)}) IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in KEPT)})
"""  # noqa: S608


@transaction.atomic
def keep(contacts: Collection[int]) -> None:
    """Write what these contacts (by id) said last by each metric, and before; take away what does not count any more.

    One statement, by the answers as they are now. Repeating it changes nothing; processes wait for each other.
    """
    wanted = sorted(set(contacts))
    if not wanted:
        return
    score_changes.wait_for_turn()
    with connection.cursor() as cursor:
        cursor.execute(KEEP, {"contacts": wanted})
