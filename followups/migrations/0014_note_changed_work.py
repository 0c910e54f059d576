from django.db import migrations

NOTE = """
CREATE FUNCTION followups_note_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO crm_scorechange (contact_id)
    SELECT DISTINCT r.contact_id FROM changed JOIN responses_response r ON r.id = changed.response_id
    WHERE r.contact_id IS NOT NULL;
    RETURN NULL;
END $$;

CREATE FUNCTION followups_note_changed_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO crm_scorechange (contact_id)
    SELECT contact_id FROM responses_response WHERE id = NEW.response_id AND contact_id IS NOT NULL;
    RETURN NULL;
END $$;

CREATE TRIGGER followups_work_added AFTER INSERT ON followups_followup
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION followups_note_work();

CREATE TRIGGER followups_work_removed AFTER DELETE ON followups_followup
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION followups_note_work();

CREATE TRIGGER followups_work_changed AFTER UPDATE OF status, first_contact_at ON followups_followup FOR EACH ROW
    WHEN ((OLD.status, OLD.first_contact_at) IS DISTINCT FROM (NEW.status, NEW.first_contact_at))
    EXECUTE FUNCTION followups_note_changed_work();
"""
FORGET = """
DROP TRIGGER followups_work_changed ON followups_followup;
DROP TRIGGER followups_work_removed ON followups_followup;
DROP TRIGGER followups_work_added ON followups_followup;
DROP FUNCTION followups_note_changed_work();
DROP FUNCTION followups_note_work();
"""
# What was answered before is taken up by the first run.
TAKE_UP = """
INSERT INTO crm_scorechange (contact_id)
SELECT DISTINCT contact_id FROM responses_response WHERE contact_id IS NOT NULL AND settled_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("responses", "0015_note_changed_scores"),
        ("followups", "0013_notices"),
    ]

    operations = [
        migrations.RunSQL(NOTE, FORGET),
        migrations.RunSQL(TAKE_UP, migrations.RunSQL.noop),
    ]
