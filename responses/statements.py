"""The writing half of the answer path: each request writes everything it has to say in one statement."""

from accounts.prepared import Prepared
from responses.models.response import FREEZES_AFTER
from surveys.models import AskedFacts

TYPES = {
    "invitation_id": "bigint",
    "now": "timestamptz",
    "method": "text",
    "asked_for": "smallint",
    "family": "text",
    "network": "text",
    "label": "text",
    "evidence": "jsonb",
    "burst_position": "smallint",
    "since_sent": "interval",
    "is_kept": "boolean",
    "followed": "bigint",
    "shown": "bigint[]",
    "score": "smallint",
    "language": "text",
    "is_machine": "boolean",
    "is_human": "boolean",
    "suspicion": "jsonb",
    "comment": "text",
    "topic_ids": "bigint[]",
    "finishes": "boolean",
    "link_id": "bigint",
    "version_id": "bigint",
    "secret_hash": "bytea",
    "kiosk_id": "bigint",
    "tablet_id": "bigint",
    "widget_id": "bigint",
    "contact_id": "bigint",
    "at": "timestamptz",
}

LEAVE_VISIT = """
INSERT INTO responses_linkvisit
    (invitation_id, at, method, score_asked_for, user_agent, network, verdict, evidence, burst_position,
     since_sent, review_link_id, reviews_shown)
SELECT %(invitation_id)s, %(now)s, %(method)s, %(asked_for)s, %(family)s, %(network)s, %(label)s, %(evidence)s,
       %(burst_position)s, %(since_sent)s, %(followed)s, %(shown)s
WHERE %(is_kept)s
"""

# A visit alone need not wait for the disk: a crash of PostgreSQL may cost the last moment's evidence, never an answer.
VISIT_ONLY = """
INSERT INTO responses_linkvisit
    (invitation_id, at, method, score_asked_for, user_agent, network, verdict, evidence, burst_position,
     since_sent, review_link_id, reviews_shown)
SELECT %(invitation_id)s, %(now)s, %(method)s, %(asked_for)s, %(family)s, %(network)s, %(label)s, %(evidence)s,
       %(burst_position)s, %(since_sent)s, %(followed)s, %(shown)s
FROM set_config('synchronous_commit', 'off', true)
"""

# The entry that the trail keeps of the answer being replaced.
EARLIER = """
jsonb_build_object('at', r.changed_at, 'score', r.score, 'comment', r.comment)
    || CASE WHEN r.is_provisional THEN '{"provisional": true}'::jsonb ELSE '{}'::jsonb END
"""

# A person's answer ends the waiting of its invitation, and proves that it arrived.
ANSWERED = """
answered AS (
    UPDATE surveys_invitation i
    SET status = 'answered', answered_at = coalesce(i.answered_at, %(now)s),
        asked_at = coalesce(i.asked_at, i.sent_at, i.queued_at, %(now)s)
    FROM saved
    WHERE i.id = saved.invitation_id AND NOT saved.is_provisional
      AND (i.status <> 'answered' OR i.answered_at IS NULL)
)
"""

# So many of the first and of the last answers are kept; between them stands how many were left out.
KEPT = 20
LONGER_TRAIL = f"""
CASE WHEN jsonb_array_length(r.trail) < {2 * KEPT} THEN r.trail
     WHEN r.trail -> {KEPT} ? 'skipped' THEN jsonb_set(
         r.trail - {KEPT + 1}, '{{{KEPT},skipped}}', to_jsonb((r.trail -> {KEPT} ->> 'skipped')::int + 1))
     ELSE jsonb_set(r.trail, '{{{KEPT}}}', '{{"skipped": 1}}') END || jsonb_build_array({EARLIER})
"""

# Whether another score comes so long after the answer that the earlier one stands.
_STANDS = f"""
r.frozen_at IS NULL AND r.score <> excluded.score AND %(now)s >= r.answered_at + interval '{FREEZES_AFTER.days} days'
"""

# A machine's answer never replaces a person's, and was nothing that could freeze. The same answer again changes
# nothing, so a reload is harmless.
# A revision waits for page two again, unless the answer has settled: side effects happen once.
REVISED = f"""
    trail = CASE WHEN r.score <> excluded.score OR (r.is_provisional AND NOT excluded.is_provisional)
                 THEN {LONGER_TRAIL} ELSE r.trail END,
    comment = CASE WHEN r.is_provisional AND NOT excluded.is_provisional THEN '' ELSE r.comment END,
    answered_at = CASE WHEN r.is_provisional THEN excluded.answered_at ELSE r.answered_at END,
    finished_at = CASE WHEN r.settled_at IS NULL AND r.score <> excluded.score THEN NULL ELSE r.finished_at END,
    frozen_score = CASE WHEN r.is_provisional THEN NULL WHEN {_STANDS} THEN r.score ELSE r.frozen_score END,
    frozen_at = CASE WHEN r.is_provisional THEN NULL
                     WHEN {_STANDS} THEN r.answered_at + interval '{FREEZES_AFTER.days} days'
                     ELSE r.frozen_at END,
    score = excluded.score,
    language = excluded.language,
    changed_at = excluded.changed_at,
    is_provisional = excluded.is_provisional,
    suspicion = excluded.suspicion
WHERE (r.is_provisional OR NOT excluded.is_provisional)
  AND ((r.score, r.language, r.is_provisional)
           IS DISTINCT FROM (excluded.score, excluded.language, excluded.is_provisional)
       OR r.suspicion <> '[]' AND excluded.suspicion = '[]')
"""

ANSWER = f"""
WITH visit AS ({LEAVE_VISIT}),
saved AS (
    INSERT INTO responses_response AS r (
        invitation_id, survey_id, version_id, contact_id, {AskedFacts.copied()},
        language, score, answered_at, changed_at, is_provisional, suspicion
    )
    SELECT i.id, i.survey_id, i.version_id, i.contact_id, {AskedFacts.copied("i")},
           %(language)s, %(score)s, %(now)s, %(now)s, %(is_machine)s, %(suspicion)s
    FROM surveys_invitation i
    WHERE i.id = %(invitation_id)s
    ON CONFLICT (invitation_id) DO UPDATE SET {REVISED}
    RETURNING r.id, r.invitation_id, r.is_provisional
),
{ANSWERED}
SELECT id FROM saved
"""  # noqa: S608 put together from the constants above

# A machine's words never replace a person's; a person's act on page two confirms the score of page one. Topics are
# looked for in the words later.
SAID = f"""
trail = CASE WHEN r.comment NOT IN ('', %(comment)s)
             THEN {LONGER_TRAIL} ELSE r.trail END,
changed_at = CASE WHEN r.comment <> %(comment)s THEN %(now)s ELSE r.changed_at END,
comment = %(comment)s,
tagged_at = NULL,
language = %(language)s,
finished_at = CASE WHEN %(finishes)s THEN coalesce(r.finished_at, %(now)s) ELSE r.finished_at END,
is_provisional = r.is_provisional AND NOT %(is_human)s,
suspicion = CASE WHEN %(is_human)s THEN '[]'::jsonb ELSE r.suspicion END
"""

# What a person taps is theirs from then on, unless staff said that it is not so.
TAPPED = """
dropped AS (
    DELETE FROM responses_responsetopic t USING saved
    WHERE t.response_id = saved.id AND NOT t.topic_id = ANY(%(topic_ids)s)
      AND (t.source = 'tapped' OR t.source = 'auto' AND %(comment)s = '')
),
tapped AS (
    INSERT INTO responses_responsetopic AS t (response_id, topic_id, source)
    SELECT saved.id, topic.id, 'tapped' FROM saved, responses_topic topic
    WHERE topic.id = ANY(%(topic_ids)s) AND topic.is_offered
      AND NOT EXISTS (
          SELECT FROM responses_topiclabel label
          WHERE label.response_id = saved.id AND label.topic_id = topic.id AND NOT label.is_about
      )
    ON CONFLICT (response_id, topic_id) DO UPDATE SET source = 'tapped', version = NULL WHERE t.source = 'auto'
)
"""

ADD_DETAILS = f"""
WITH visit AS ({LEAVE_VISIT}),
saved AS (
    UPDATE responses_response r SET {SAID}
    WHERE r.invitation_id = %(invitation_id)s AND (r.is_provisional OR NOT %(is_machine)s)
    RETURNING r.id, r.invitation_id, r.is_provisional
),
{ANSWERED},
{TAPPED}
SELECT id FROM saved
"""  # noqa: S608 put together from the constants above

# An open link has no invitation: what is seen of an answer is kept with the answer, where it changed it.
_SEEN = """
visit AS (
    INSERT INTO responses_linkvisit (response_id, at, method, score_asked_for, user_agent, verdict, evidence)
    SELECT saved.id, %(now)s, %(method)s, %(asked_for)s, %(family)s, %(label)s, %(evidence)s FROM saved
)
"""
_ASKED_OPENLY = {
    "company_id": "NULL::bigint", "team_id": "coalesce(o.team_id, u.team_id)", "brand_id": "s.brand_id",
    "amount": "NULL::numeric", "currency": "''", "amount_base": "NULL::numeric", "profile_id": "NULL::bigint",
}  # fmt: skip


def _asked_by(table: str, way: str) -> str:
    """Return what an answer has of the way in of a table: the row whose id is the parameter `way`."""
    return f"""
    FROM {table} o
    JOIN responses_entry e ON e.id = o.entry_id
    JOIN surveys_survey s ON s.id = o.survey_id
    LEFT JOIN accounts_user u ON u.id = o.manager_id
    WHERE o.id = %({way})s
"""


_OPEN_FACTS = f"""o.entry_id, %(secret_hash)s, o.survey_id, %(version_id)s,
           {AskedFacts.listed("o", **_ASKED_OPENLY)}, s.kind, '', s.metric, e.origin, '', %(language)s, %(score)s"""

# The secret of a form is that of its answer: sent twice, or at once from two windows of a device, it is one answer.
OPEN_ANSWER = f"""
WITH saved AS (
    INSERT INTO responses_response AS r (
        entry_id, secret_hash, survey_id, version_id, {AskedFacts.copied()},
        language, score, answered_at, changed_at, is_provisional, suspicion
    )
    SELECT {_OPEN_FACTS}, %(now)s, %(now)s, %(is_machine)s, %(suspicion)s
    {_asked_by("responses_openlink", "link_id")}
    ON CONFLICT (secret_hash) WHERE secret_hash IS NOT NULL DO UPDATE SET {REVISED}
    RETURNING r.id
),
{_SEEN}
SELECT id FROM saved
"""  # noqa: S608 put together from the constants above
ADD_OPEN_DETAILS = f"""
WITH saved AS (
    UPDATE responses_response r SET {SAID}
    WHERE r.secret_hash = %(secret_hash)s AND (r.is_provisional OR NOT %(is_machine)s)
    RETURNING r.id
),
{_SEEN},
{TAPPED}
SELECT id FROM saved
"""  # noqa: S608 put together from the constants above
# What a tablet kept is one answer, however often it is sent: it comes whole, or grows page by page without scripts. It
# was given `at` some moment before `now`; a topic that was on offer then is kept.
KIOSK_ANSWER = f"""
WITH saved AS (
    INSERT INTO responses_response AS r (
        entry_id, secret_hash, survey_id, version_id, {AskedFacts.copied()},
        language, score, comment, answered_at, changed_at, finished_at, is_provisional, suspicion
    )
    SELECT {_OPEN_FACTS}, %(comment)s, %(at)s, %(at)s, CASE WHEN %(finishes)s THEN %(at)s END, %(is_machine)s,
           %(suspicion)s
    {_asked_by("responses_kiosk", "kiosk_id")}
    ON CONFLICT (secret_hash) WHERE secret_hash IS NOT NULL DO NOTHING
    RETURNING r.id
),
{_SEEN},
arrived AS (
    INSERT INTO responses_kioskarrival (tablet_id, response_id, arrived_at)
    SELECT %(tablet_id)s, saved.id, %(now)s FROM saved
),
tapped AS (
    INSERT INTO responses_responsetopic (response_id, topic_id, source)
    SELECT saved.id, topic.id, 'tapped' FROM saved, responses_topic topic WHERE topic.id = ANY(%(topic_ids)s)
)
SELECT id FROM saved
"""  # noqa: S608 put together from the constants above

# Whoever is signed in at a site is known here; what they are asked about is theirs where the widget does not say it.
_ASKED_ON_PAGE = {
    **_ASKED_OPENLY,
    "company_id": "coalesce(i.company_id, c.company_id)", "profile_id": "c.profile_id",
    "manager_id": "coalesce(o.manager_id, i.manager_id)", "team_id": "coalesce(o.team_id, u.team_id, i.team_id)",
}  # fmt: skip
WIDGET_ANSWER = f"""
WITH saved AS (
    INSERT INTO responses_response AS r (
        entry_id, secret_hash, survey_id, version_id, contact_id, {AskedFacts.copied()},
        language, score, answered_at, changed_at, is_provisional, suspicion
    )
    SELECT o.entry_id, %(secret_hash)s, o.survey_id, %(version_id)s, c.id,
           {AskedFacts.listed("o", **_ASKED_ON_PAGE)}, s.kind, '', s.metric, e.origin, '', %(language)s, %(score)s,
           %(now)s, %(now)s, %(is_machine)s, %(suspicion)s
    FROM responses_webwidget o
    JOIN responses_entry e ON e.id = o.entry_id
    JOIN surveys_survey s ON s.id = o.survey_id
    LEFT JOIN surveys_invitation i ON i.id = %(invitation_id)s
    LEFT JOIN accounts_user u ON u.id = o.manager_id
    LEFT JOIN crm_contact named ON named.id = %(contact_id)s
    LEFT JOIN crm_contact c ON c.id = coalesce(named.merged_into_id, named.id)
    WHERE o.id = %(widget_id)s
    ON CONFLICT (secret_hash) WHERE secret_hash IS NOT NULL DO UPDATE SET {REVISED}
    RETURNING r.id
),
{_SEEN}
SELECT id FROM saved
"""  # noqa: S608 put together from the constants above

VISIT = Prepared("plumb_visit", VISIT_ONLY, TYPES)
SCORE = Prepared("plumb_score", ANSWER, TYPES)
DETAILS = Prepared("plumb_details", ADD_DETAILS, TYPES)
OPEN_SCORE = Prepared("plumb_open_score", OPEN_ANSWER, TYPES)
OPEN_DETAILS = Prepared("plumb_open_details", ADD_OPEN_DETAILS, TYPES)
KIOSK = Prepared("plumb_kiosk", KIOSK_ANSWER, TYPES)
WIDGET_SCORE = Prepared("plumb_widget_score", WIDGET_ANSWER, TYPES)
