from django.db import migrations

# The usual first answer of a customer leaves nothing: it counts for latest scores once it has settled.
NOTE = """
CREATE FUNCTION responses_note_scores() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO crm_scorechange (contact_id)
    SELECT DISTINCT contact_id FROM changed
    WHERE contact_id IS NOT NULL AND settled_at IS NOT NULL AND origin <> 'test';
    RETURN NULL;
END $$;

CREATE FUNCTION responses_note_changed_score() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO crm_scorechange (contact_id)
    SELECT DISTINCT contact_id FROM (VALUES (OLD.contact_id), (NEW.contact_id)) AS touched (contact_id)
    WHERE contact_id IS NOT NULL;
    RETURN NULL;
END $$;

CREATE FUNCTION responses_note_named_topics() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO crm_scorechange (contact_id)
    SELECT DISTINCT r.contact_id FROM changed JOIN responses_response r ON r.id = changed.response_id
    WHERE r.contact_id IS NOT NULL AND r.settled_at IS NOT NULL AND r.origin <> 'test';
    RETURN NULL;
END $$;

CREATE TRIGGER responses_scores_added AFTER INSERT ON responses_response
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION responses_note_scores();

CREATE TRIGGER responses_scores_removed AFTER DELETE ON responses_response
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION responses_note_scores();

CREATE TRIGGER responses_score_changed
    AFTER UPDATE OF score, frozen_score, is_provisional, settled_at, origin, metric, contact_id, answered_at,
        product_id, channel_id, brand_id, team_id, manager_id
    ON responses_response FOR EACH ROW
    WHEN ((OLD.settled_at IS NOT NULL OR NEW.settled_at IS NOT NULL)
          AND (OLD.counted_score, OLD.is_provisional, OLD.settled_at IS NULL, OLD.origin, OLD.metric, OLD.contact_id,
               OLD.answered_at, OLD.product_id, OLD.channel_id, OLD.brand_id, OLD.team_id, OLD.manager_id)
              IS DISTINCT FROM
              (NEW.counted_score, NEW.is_provisional, NEW.settled_at IS NULL, NEW.origin, NEW.metric, NEW.contact_id,
               NEW.answered_at, NEW.product_id, NEW.channel_id, NEW.brand_id, NEW.team_id, NEW.manager_id))
    EXECUTE FUNCTION responses_note_changed_score();

CREATE TRIGGER responses_topics_named AFTER INSERT ON responses_responsetopic
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION responses_note_named_topics();

CREATE TRIGGER responses_topics_not_named AFTER DELETE ON responses_responsetopic
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION responses_note_named_topics();
"""
FORGET = """
DROP TRIGGER responses_topics_not_named ON responses_responsetopic;
DROP TRIGGER responses_topics_named ON responses_responsetopic;
DROP TRIGGER responses_score_changed ON responses_response;
DROP TRIGGER responses_scores_removed ON responses_response;
DROP TRIGGER responses_scores_added ON responses_response;
DROP FUNCTION responses_note_named_topics();
DROP FUNCTION responses_note_changed_score();
DROP FUNCTION responses_note_scores();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0015_latest_scores"),
        ("responses", "0014_topics_of_comments"),
    ]

    operations = [migrations.RunSQL(NOTE, FORGET)]
