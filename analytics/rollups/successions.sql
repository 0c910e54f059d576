-- Which answers about the relationship the same customer gave anew. Whoever adds, removes or changes such an answer
-- (the answer path, a bulk import, the admin, plain SQL) puts the answers of that customer in order in its own
-- transaction. Tests and answers that wait for a person succeed nobody.
-- A migration runs this file; a test holds the database to it. Another text needs another migration.

-- A record that was absorbed by another one is the same customer as that one.
CREATE OR REPLACE FUNCTION analytics_note_successions(contacts bigint[]) RETURNS TABLE (
    response_id bigint, customer_id bigint, at timestamptz, next_of_survey_at timestamptz, next_at timestamptz,
    metric varchar, origin varchar, survey_id bigint, team_id bigint, manager_id bigint, channel_id bigint,
    product_id bigint, score smallint
) LANGUAGE sql STABLE AS $$
    SELECT * FROM (
        SELECT r.id, coalesce(c.merged_into_id, c.id), r.answered_at, lead(r.answered_at) OVER of_survey,
            lead(r.answered_at) OVER of_any AS next_at, r.metric, r.origin, r.survey_id, coalesce(r.team_id, 0),
            coalesce(r.manager_id, 0), coalesce(r.channel_id, 0), coalesce(r.product_id, 0), r.counted_score
        FROM responses_response r JOIN crm_contact c ON c.id = r.contact_id
        WHERE r.contact_id = ANY(contacts) AND r.kind = 'relational' AND NOT r.is_provisional AND r.origin <> 'test'
        WINDOW of_survey AS (PARTITION BY coalesce(c.merged_into_id, c.id), r.metric, r.origin, r.survey_id
                             ORDER BY r.answered_at, r.id),
               of_any AS (PARTITION BY coalesce(c.merged_into_id, c.id), r.metric, r.origin ORDER BY r.answered_at, r.id)
    ) ordered
    WHERE ordered.next_at IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION analytics_note_order(contacts bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    customers bigint[] := contacts
        || ARRAY(SELECT merged_into_id FROM crm_contact WHERE id = ANY(contacts) AND merged_into_id IS NOT NULL);
BEGIN
    -- One customer's answers are put in order by one transaction at a time, and by the next one with both in sight.
    PERFORM FROM crm_contact WHERE id = ANY(customers) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM analytics_succession WHERE customer_id = ANY(customers);
    INSERT INTO analytics_succession (response_id, customer_id, at, next_of_survey_at, next_at, metric, origin, survey_id,
        team_id, manager_id, channel_id, product_id, score)
    SELECT * FROM analytics_note_successions(
        customers || ARRAY(SELECT id FROM crm_contact WHERE merged_into_id = ANY(customers))
    );
END $$;

CREATE OR REPLACE FUNCTION analytics_note_order_of_many() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    contacts bigint[] := ARRAY(SELECT DISTINCT contact_id FROM changed WHERE kind = 'relational' AND contact_id IS NOT NULL);
BEGIN
    IF cardinality(contacts) > 0 THEN
        PERFORM analytics_note_order(contacts);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION analytics_note_order_of_one() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM analytics_note_order(array_remove(ARRAY[OLD.contact_id, NEW.contact_id], NULL));
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER analytics_order_added AFTER INSERT ON responses_response
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION analytics_note_order_of_many();

CREATE OR REPLACE TRIGGER analytics_order_removed AFTER DELETE ON responses_response
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION analytics_note_order_of_many();

CREATE OR REPLACE TRIGGER analytics_order_changed
    AFTER UPDATE OF counted_score, is_provisional, answered_at, kind, metric, origin, survey_id, contact_id, team_id,
        manager_id, channel_id, product_id
    ON responses_response FOR EACH ROW
    WHEN ((OLD.kind = 'relational' OR NEW.kind = 'relational')
          AND (OLD.counted_score, OLD.is_provisional, OLD.answered_at, OLD.kind, OLD.metric, OLD.origin, OLD.survey_id,
               OLD.contact_id, OLD.team_id, OLD.manager_id, OLD.channel_id, OLD.product_id)
              IS DISTINCT FROM
              (NEW.counted_score, NEW.is_provisional, NEW.answered_at, NEW.kind, NEW.metric, NEW.origin, NEW.survey_id,
               NEW.contact_id, NEW.team_id, NEW.manager_id, NEW.channel_id, NEW.product_id))
    EXECUTE FUNCTION analytics_note_order_of_one();

CREATE OR REPLACE FUNCTION analytics_note_merge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM analytics_note_order(array_remove(ARRAY[NEW.id, OLD.merged_into_id, NEW.merged_into_id], NULL));
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER analytics_order_merged AFTER UPDATE OF merged_into_id ON crm_contact FOR EACH ROW
    WHEN (OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id) EXECUTE FUNCTION analytics_note_merge();
