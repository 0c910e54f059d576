-- What the rollups do not hold yet: whoever changes what is counted (the answer path, a bulk import, the admin, plain
-- SQL) leaves it in its own transaction, so that it is visible exactly when the change is. Rows are only ever appended,
-- so writers share no lock; settling, routing, comments and what is said after the score froze change no number and leave
-- none. Tests are counted nowhere.
-- A migration runs this file; a test holds the database to it. Another text needs another migration.

-- Whether somebody answered within so many days of the ask: 1 or 0. Readers of the raw rows count by it too.
CREATE OR REPLACE FUNCTION analytics_answered_within(asked_at timestamptz, answered_at timestamptz, days int)
    RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce((answered_at - asked_at <= days * interval '1 day')::int, 0)
$$;

CREATE OR REPLACE FUNCTION analytics_note_answers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Bulk inserts are counted by quarter hours: every zone's midnight is on one.
    INSERT INTO analytics_rollupchange (at, metric, origin, survey_id, team_id, manager_id, channel_id, product_id, score, count)
    SELECT date_bin('15 minutes', answered_at, TIMESTAMPTZ '2000-01-01 00:00:00+00'), metric, origin, survey_id,
        coalesce(team_id, 0), coalesce(manager_id, 0), coalesce(channel_id, 0), coalesce(product_id, 0), counted_score,
        CASE TG_OP WHEN 'DELETE' THEN -count(*) ELSE count(*) END
    FROM changed
    WHERE NOT is_provisional AND origin <> 'test'
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION analytics_note_changed_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT OLD.is_provisional AND OLD.origin <> 'test' THEN
        INSERT INTO analytics_rollupchange (at, metric, origin, survey_id, team_id, manager_id, channel_id, product_id, score, count)
        VALUES (OLD.answered_at, OLD.metric, OLD.origin, OLD.survey_id, coalesce(OLD.team_id, 0), coalesce(OLD.manager_id, 0),
            coalesce(OLD.channel_id, 0), coalesce(OLD.product_id, 0),
            OLD.counted_score, -1);
    END IF;
    IF NOT NEW.is_provisional AND NEW.origin <> 'test' THEN
        INSERT INTO analytics_rollupchange (at, metric, origin, survey_id, team_id, manager_id, channel_id, product_id, score, count)
        VALUES (NEW.answered_at, NEW.metric, NEW.origin, NEW.survey_id, coalesce(NEW.team_id, 0), coalesce(NEW.manager_id, 0),
            coalesce(NEW.channel_id, 0), coalesce(NEW.product_id, 0),
            NEW.counted_score, 1);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION analytics_note_invitation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The usual case, on the path of every answer: the invitation is answered now, and nothing else changed.
    IF TG_OP = 'UPDATE'
        AND (NEW.asked_at, NEW.metric, NEW.origin, NEW.survey_id, NEW.team_id, NEW.manager_id, NEW.channel_id,
             NEW.product_id)
            IS NOT DISTINCT FROM
            (OLD.asked_at, OLD.metric, OLD.origin, OLD.survey_id, OLD.team_id, OLD.manager_id, OLD.channel_id,
             OLD.product_id) THEN
        IF NEW.asked_at IS NOT NULL AND NEW.origin <> 'test' THEN
            INSERT INTO analytics_rollupchange (at, metric, origin, survey_id, team_id, manager_id, channel_id, product_id, count, answered,
                answered_in_1, answered_in_3, answered_in_7, answered_soon)
            VALUES (NEW.asked_at, NEW.metric, NEW.origin, NEW.survey_id, coalesce(NEW.team_id, 0), coalesce(NEW.manager_id, 0),
            coalesce(NEW.channel_id, 0), coalesce(NEW.product_id, 0),
                0, (NEW.answered_at IS NOT NULL)::int - (OLD.answered_at IS NOT NULL)::int,
                analytics_answered_within(NEW.asked_at, NEW.answered_at, 1) - analytics_answered_within(OLD.asked_at, OLD.answered_at, 1),
                analytics_answered_within(NEW.asked_at, NEW.answered_at, 3) - analytics_answered_within(OLD.asked_at, OLD.answered_at, 3),
                analytics_answered_within(NEW.asked_at, NEW.answered_at, 7) - analytics_answered_within(OLD.asked_at, OLD.answered_at, 7),
                analytics_answered_within(NEW.asked_at, NEW.answered_at, 14) - analytics_answered_within(OLD.asked_at, OLD.answered_at, 14));
        END IF;
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' AND OLD.asked_at IS NOT NULL AND OLD.origin <> 'test' THEN
        INSERT INTO analytics_rollupchange (at, metric, origin, survey_id, team_id, manager_id, channel_id, product_id, count, answered,
                answered_in_1, answered_in_3, answered_in_7, answered_soon)
        VALUES (OLD.asked_at, OLD.metric, OLD.origin, OLD.survey_id, coalesce(OLD.team_id, 0), coalesce(OLD.manager_id, 0),
            coalesce(OLD.channel_id, 0), coalesce(OLD.product_id, 0),
            -1, -(OLD.answered_at IS NOT NULL)::int,
            -analytics_answered_within(OLD.asked_at, OLD.answered_at, 1),
            -analytics_answered_within(OLD.asked_at, OLD.answered_at, 3),
            -analytics_answered_within(OLD.asked_at, OLD.answered_at, 7),
            -analytics_answered_within(OLD.asked_at, OLD.answered_at, 14));
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.asked_at IS NOT NULL AND NEW.origin <> 'test' THEN
        INSERT INTO analytics_rollupchange (at, metric, origin, survey_id, team_id, manager_id, channel_id, product_id, count, answered,
                answered_in_1, answered_in_3, answered_in_7, answered_soon)
        VALUES (NEW.asked_at, NEW.metric, NEW.origin, NEW.survey_id, coalesce(NEW.team_id, 0), coalesce(NEW.manager_id, 0),
            coalesce(NEW.channel_id, 0), coalesce(NEW.product_id, 0),
            1, (NEW.answered_at IS NOT NULL)::int,
            analytics_answered_within(NEW.asked_at, NEW.answered_at, 1),
            analytics_answered_within(NEW.asked_at, NEW.answered_at, 3),
            analytics_answered_within(NEW.asked_at, NEW.answered_at, 7),
            analytics_answered_within(NEW.asked_at, NEW.answered_at, 14));
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER analytics_answers_added AFTER INSERT ON responses_response
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION analytics_note_answers();

CREATE OR REPLACE TRIGGER analytics_answers_removed AFTER DELETE ON responses_response
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION analytics_note_answers();

CREATE OR REPLACE TRIGGER analytics_answer_changed
    AFTER UPDATE OF counted_score, is_provisional, answered_at, metric, origin, survey_id, team_id, manager_id,
        channel_id, product_id
    ON responses_response FOR EACH ROW
    WHEN ((OLD.counted_score, OLD.is_provisional, OLD.answered_at, OLD.metric, OLD.origin, OLD.survey_id, OLD.team_id,
           OLD.manager_id, OLD.channel_id, OLD.product_id)
          IS DISTINCT FROM
          (NEW.counted_score, NEW.is_provisional, NEW.answered_at, NEW.metric, NEW.origin, NEW.survey_id, NEW.team_id,
           NEW.manager_id, NEW.channel_id, NEW.product_id))
    EXECUTE FUNCTION analytics_note_changed_answer();

CREATE OR REPLACE TRIGGER analytics_invitation_added AFTER INSERT ON surveys_invitation FOR EACH ROW
    WHEN (NEW.asked_at IS NOT NULL) EXECUTE FUNCTION analytics_note_invitation();

CREATE OR REPLACE TRIGGER analytics_invitation_removed AFTER DELETE ON surveys_invitation FOR EACH ROW
    WHEN (OLD.asked_at IS NOT NULL) EXECUTE FUNCTION analytics_note_invitation();

CREATE OR REPLACE TRIGGER analytics_invitation_changed
    AFTER UPDATE OF asked_at, answered_at, metric, origin, survey_id, team_id, manager_id, channel_id, product_id
    ON surveys_invitation FOR EACH ROW
    WHEN ((OLD.asked_at, OLD.answered_at, OLD.metric, OLD.origin, OLD.survey_id, OLD.team_id, OLD.manager_id,
           OLD.channel_id, OLD.product_id)
          IS DISTINCT FROM
          (NEW.asked_at, NEW.answered_at, NEW.metric, NEW.origin, NEW.survey_id, NEW.team_id, NEW.manager_id,
           NEW.channel_id, NEW.product_id))
    EXECUTE FUNCTION analytics_note_invitation();
