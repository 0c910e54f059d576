"""Keeping the latest scores of contacts true: what they said, and what stands open of the work about it.

Triggers note whatever changes an answer, its topics or a follow-up, in the transaction of the change. So revisions,
answers taken back or moved to another record by a merge, and whatever the administration does are seen as well.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.setaside import Batch
from crm import score_changes
from crm.models import Contact
from followups.models import Followup
from responses import latest_scores as answered

KEEPING = Batch("latest_scores", _("keeping latest scores"), task="followups.keep_latest_scores", model=Contact)
AT_ONCE = 5000

# Of all follow-ups of a contact and metric one that is open goes before that of the latest answer.
KEEP_WORK = """
UPDATE crm_latestscore s SET work = found.work, reached_at = found.reached_at
FROM (
    SELECT score.id,
        CASE WHEN bool_or(f.status = ANY(%(open)s) AND f.first_contact_at IS NULL) THEN 'not_reached'
             WHEN bool_or(f.status = ANY(%(open)s)) THEN 'reached'
             WHEN bool_or(f.response_id = score.answer) THEN 'closed' ELSE 'none' END AS work,
        max(f.first_contact_at) FILTER (WHERE f.status = ANY(%(open)s) OR f.response_id = score.answer) AS reached_at
    FROM crm_latestscore score
    LEFT JOIN (responses_response r JOIN followups_followup f ON f.response_id = r.id)
        ON r.contact_id = score.contact_id AND r.metric = score.metric
    WHERE score.contact_id = ANY(%(contacts)s)
    GROUP BY score.id
) AS found
WHERE s.id = found.id AND (s.work, s.reached_at) IS DISTINCT FROM (found.work, found.reached_at)
"""


def keep_due(*, now: datetime | None = None, at_once: int = AT_ONCE) -> int:
    """Work out anew whatever changed, and return of how many contacts that was.

    Safe to repeat, to race and to kill: changes are taken away in the transaction that works them out. A contact that
    fails is set aside and stops no other. What changes meanwhile is for the next run.
    """
    kept = 0
    newest = score_changes.newest()
    while found := _keep_some(now or clock.now(), at_once, up_to=newest):
        kept += found
    return kept


@transaction.atomic
def keep(contacts: Collection[int]) -> None:
    """Write what these contacts (by id) said last and what stands open of it; two statements, harmless twice."""
    answered.keep(contacts)
    with connection.cursor() as cursor:
        cursor.execute(KEEP_WORK, {"contacts": sorted(set(contacts)), "open": list(Followup.OPEN)})


@transaction.atomic
def _keep_some(now: datetime, at_once: int, *, up_to: int) -> int:
    run = KEEPING.run(now)
    score_changes.wait_for_turn()
    found: Sequence[int] = sorted({*score_changes.claim(at_once, up_to=up_to), *map(int, run.wanted)})
    if found:
        run.each_alone(found, keep)
    return len(found)
