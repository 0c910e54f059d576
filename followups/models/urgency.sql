-- In which order work is done: urgency = severity × how long it is due × value of the customer. The second doubles every
-- two days, for every row alike, so that two rows never change their order by time alone and an index can hold it:
-- urgent_at is the moment at which a row becomes as urgent as the least grave work of a customer without deals is when
-- that falls due. Twice as grave, or twice as valuable, is two days earlier.
--     severity: 4, 2, 1 for high, normal, low priority × from 1 for the best score of the scale to 2 for the worst
--               where a letter alone asks for the work, and nobody knows the score, half of the way between the two
--     value:    followups/worth.py, 1 to 16
-- Where the order is drawn by lot, the lot says how many of the 14 days that these make at most a row is earlier.
-- What the answer says is copied beside it, so that filters and counts need no other table. A customer who changes an
-- answer is not held up by somebody who works on it: then the copy waits for the next change of its clock.
-- A migration runs this file; a test holds the database to it. Another text needs another migration.

CREATE OR REPLACE FUNCTION followups_lead(priority integer, metric text, score integer, value double precision)
RETURNS interval LANGUAGE sql IMMUTABLE AS $$
    SELECT make_interval(secs => 172800 / ln(2) * ln(
        value * power(2, 3 - priority) * (1 + coalesce(CASE metric
            WHEN 'csat' THEN (5 - score) / 4.0
            WHEN 'csat10' THEN (10 - score) / 9.0
            WHEN 'ces' THEN (7 - score) / 6.0
            ELSE (10 - score) / 10.0 END, 0.5))
    ))
$$;

CREATE OR REPLACE FUNCTION followups_rank() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    answer record;
    zone text;
    due timestamptz := NEW.next_due_at;
BEGIN
    SELECT coalesce(said.category, '') AS category, coalesce(said.product_id, ask.product_id) AS product_id,
           coalesce(said.language, ask.language) AS language, coalesce(said.comment <> '', false) AS has_comment,
           coalesce(said.metric, ask.metric) AS metric, said.counted_score
    INTO answer
    FROM (VALUES (NEW.response_id, NEW.invitation_id)) AS about(response, invitation)
    LEFT JOIN responses_response said ON said.id = about.response
    LEFT JOIN surveys_invitation ask ON ask.id = about.invitation;
    IF NEW.look_again_on IS NOT NULL THEN
        SELECT timezone INTO zone FROM accounts_organisation WHERE id = 1;
        due := least(due, (NEW.look_again_on + 1)::timestamp AT TIME ZONE coalesce(zone, 'UTC'));
    END IF;
    NEW.category := answer.category;
    NEW.product_id := answer.product_id;
    NEW.language := answer.language;
    NEW.has_comment := answer.has_comment;
    NEW.urgent_at := due - coalesce(
        NEW.lot * interval '14 days',
        followups_lead(NEW.priority, answer.metric, answer.counted_score, NEW.value)
    );
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER followups_ranked
    BEFORE INSERT OR UPDATE OF response_id, priority, next_due_at, look_again_on, value, category ON followups_followup
    FOR EACH ROW EXECUTE FUNCTION followups_rank();

CREATE OR REPLACE FUNCTION followups_rank_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE followups_followup SET category = NEW.category WHERE id IN (
        SELECT id FROM followups_followup WHERE response_id = NEW.id FOR NO KEY UPDATE SKIP LOCKED
    );
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER followups_answer_changed
    AFTER UPDATE ON responses_response FOR EACH ROW
    WHEN ((OLD.counted_score, OLD.product_id, OLD.comment = '') IS DISTINCT FROM
          (NEW.counted_score, NEW.product_id, NEW.comment = ''))
    EXECUTE FUNCTION followups_rank_anew();
