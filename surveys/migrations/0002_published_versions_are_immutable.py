from django.db import migrations

FORWARD = """
CREATE FUNCTION surveys_refuse_change_of_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NULL THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE'
        AND (NEW.survey_id, NEW.number, NEW.texts, NEW.published_at)
            IS NOT DISTINCT FROM (OLD.survey_id, OLD.number, OLD.texts, OLD.published_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'survey version % is published: its wording cannot change', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'surveys_published_version_is_immutable';
END $$;
CREATE TRIGGER surveys_published_version_is_immutable
    BEFORE UPDATE OR DELETE ON surveys_surveyversion
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_change_of_published();
"""

BACKWARD = """
DROP TRIGGER surveys_published_version_is_immutable ON surveys_surveyversion;
DROP FUNCTION surveys_refuse_change_of_published();
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
