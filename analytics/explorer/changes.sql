-- What changed of what other systems are told of answers: whoever changes it (the answer path, staff, an import, plain
-- SQL) leaves it in its own transaction, under the number of that transaction. What they are told is named in
-- analytics/explorer/columns.py; a test changes each of it.
-- A migration runs this file; a test holds the database to it. Another text needs another migration.

CREATE OR REPLACE FUNCTION analytics_tell(answers bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO analytics_answerchange (answer_id, xact, at)
    SELECT answer_id, pg_current_xact_id()::text::bigint, clock_timestamp()
    -- Work that a letter alone asks for is about no answer.
    FROM (SELECT DISTINCT unnest(answers)) AS told(answer_id) WHERE answer_id IS NOT NULL
    ON CONFLICT (answer_id, xact) DO UPDATE SET at = excluded.at
$$;

CREATE OR REPLACE FUNCTION analytics_tell_new_answers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM analytics_tell(ARRAY(SELECT id FROM changed));
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION analytics_tell_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM analytics_tell(ARRAY[NEW.id]);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION analytics_tell_their_answers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM analytics_tell(ARRAY(SELECT response_id FROM changed));
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION analytics_tell_its_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM analytics_tell(ARRAY[OLD.response_id, NEW.response_id]);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER analytics_told_answers_added AFTER INSERT ON responses_response
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION analytics_tell_new_answers();

CREATE OR REPLACE TRIGGER analytics_told_answer_changed
    AFTER UPDATE ON responses_response FOR EACH ROW
    WHEN ((OLD.metric, OLD.score, OLD.frozen_score, OLD.comment, OLD.is_provisional, OLD.suspicion, OLD.answered_at,
           OLD.changed_at, OLD.survey_id, OLD.kind, OLD.touchpoint_kind, OLD.origin, OLD.language, OLD.medium,
           OLD.invitation_id, OLD.contact_id, OLD.company_id, OLD.manager_id, OLD.team_id, OLD.brand_id, OLD.product_id,
           OLD.channel_id, OLD.campaign, OLD.amount, OLD.currency, OLD.amount_base, OLD.profile_id)
          IS DISTINCT FROM
          (NEW.metric, NEW.score, NEW.frozen_score, NEW.comment, NEW.is_provisional, NEW.suspicion, NEW.answered_at,
           NEW.changed_at, NEW.survey_id, NEW.kind, NEW.touchpoint_kind, NEW.origin, NEW.language, NEW.medium,
           NEW.invitation_id, NEW.contact_id, NEW.company_id, NEW.manager_id, NEW.team_id, NEW.brand_id, NEW.product_id,
           NEW.channel_id, NEW.campaign, NEW.amount, NEW.currency, NEW.amount_base, NEW.profile_id))
    EXECUTE FUNCTION analytics_tell_answer();

CREATE OR REPLACE TRIGGER analytics_told_topics_added AFTER INSERT ON responses_responsetopic
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION analytics_tell_their_answers();

CREATE OR REPLACE TRIGGER analytics_told_topics_removed AFTER DELETE ON responses_responsetopic
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION analytics_tell_their_answers();

CREATE OR REPLACE TRIGGER analytics_told_topic_changed AFTER UPDATE ON responses_responsetopic FOR EACH ROW
    WHEN ((OLD.response_id, OLD.topic_id) IS DISTINCT FROM (NEW.response_id, NEW.topic_id))
    EXECUTE FUNCTION analytics_tell_its_answer();

CREATE OR REPLACE TRIGGER analytics_told_followups_added AFTER INSERT ON followups_followup
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION analytics_tell_their_answers();

CREATE OR REPLACE TRIGGER analytics_told_followups_removed AFTER DELETE ON followups_followup
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION analytics_tell_their_answers();

CREATE OR REPLACE TRIGGER analytics_told_followup_changed AFTER UPDATE ON followups_followup FOR EACH ROW
    WHEN ((OLD.response_id, OLD.status, OLD.root_cause) IS DISTINCT FROM (NEW.response_id, NEW.status, NEW.root_cause))
    EXECUTE FUNCTION analytics_tell_its_answer();
