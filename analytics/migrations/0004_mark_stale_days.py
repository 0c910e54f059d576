from django.db import migrations

# Whoever changes what is counted (the answer path, a bulk import, the admin, plain SQL) leaves the moments whose days
# changed, in its own transaction: a mark is visible exactly when the change is. Marks are only ever appended, so
# writers share no lock; settling, routing and comments change no number and leave none.
# Bulk inserts of answers are marked by quarter hours: every zone's midnight is on one.
MARK = """
CREATE FUNCTION analytics_mark_answers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO analytics_stalemoment (at)
    SELECT DISTINCT date_bin('15 minutes', answered_at, TIMESTAMPTZ '2000-01-01 00:00:00+00') FROM changed;
    RETURN NULL;
END $$;

CREATE FUNCTION analytics_mark_changed_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO analytics_stalemoment (at) VALUES (NEW.answered_at);
    IF OLD.answered_at <> NEW.answered_at THEN
        INSERT INTO analytics_stalemoment (at) VALUES (OLD.answered_at);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION analytics_mark_invitation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.asked_at IS NOT NULL THEN
        INSERT INTO analytics_stalemoment (at) VALUES (OLD.asked_at);
    END IF;
    IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.asked_at IS DISTINCT FROM OLD.asked_at) THEN
        IF NEW.asked_at IS NOT NULL THEN
            INSERT INTO analytics_stalemoment (at) VALUES (NEW.asked_at);
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER analytics_answers_added AFTER INSERT ON responses_response
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION analytics_mark_answers();

CREATE TRIGGER analytics_answers_removed AFTER DELETE ON responses_response
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION analytics_mark_answers();

CREATE TRIGGER analytics_answer_changed
    AFTER UPDATE OF score, is_provisional, answered_at, survey_id, team_id, manager_id, channel_id, product_id
    ON responses_response FOR EACH ROW
    WHEN ((OLD.score, OLD.is_provisional, OLD.answered_at, OLD.survey_id, OLD.team_id, OLD.manager_id,
           OLD.channel_id, OLD.product_id)
          IS DISTINCT FROM
          (NEW.score, NEW.is_provisional, NEW.answered_at, NEW.survey_id, NEW.team_id, NEW.manager_id,
           NEW.channel_id, NEW.product_id))
    EXECUTE FUNCTION analytics_mark_changed_answer();

CREATE TRIGGER analytics_invitation_added AFTER INSERT ON surveys_invitation FOR EACH ROW
    WHEN (NEW.asked_at IS NOT NULL) EXECUTE FUNCTION analytics_mark_invitation();

CREATE TRIGGER analytics_invitation_removed AFTER DELETE ON surveys_invitation FOR EACH ROW
    WHEN (OLD.asked_at IS NOT NULL) EXECUTE FUNCTION analytics_mark_invitation();

CREATE TRIGGER analytics_invitation_changed
    AFTER UPDATE OF asked_at, answered_at, survey_id, team_id, manager_id, channel_id, product_id
    ON surveys_invitation FOR EACH ROW
    WHEN ((OLD.asked_at, OLD.answered_at IS NULL, OLD.survey_id, OLD.team_id, OLD.manager_id, OLD.channel_id,
           OLD.product_id)
          IS DISTINCT FROM
          (NEW.asked_at, NEW.answered_at IS NULL, NEW.survey_id, NEW.team_id, NEW.manager_id, NEW.channel_id,
           NEW.product_id))
    EXECUTE FUNCTION analytics_mark_invitation();
"""

UNMARK = """
DROP TRIGGER analytics_invitation_changed ON surveys_invitation;
DROP TRIGGER analytics_invitation_removed ON surveys_invitation;
DROP TRIGGER analytics_invitation_added ON surveys_invitation;
DROP TRIGGER analytics_answer_changed ON responses_response;
DROP TRIGGER analytics_answers_removed ON responses_response;
DROP TRIGGER analytics_answers_added ON responses_response;
DROP FUNCTION analytics_mark_invitation();
DROP FUNCTION analytics_mark_changed_answer();
DROP FUNCTION analytics_mark_answers();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0003_rollups"),
        ("responses", "0001_initial"),
        ("surveys", "0001_initial"),
    ]
    operations = [migrations.RunSQL(MARK, UNMARK)]
