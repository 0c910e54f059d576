from django.db import migrations

FORWARDS = """
    CREATE FUNCTION surveys_metric_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'A survey keeps its metric: its wording and its answers are of that scale.'
            USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE TRIGGER surveys_metric_stays BEFORE UPDATE OF metric ON surveys_survey
        FOR EACH ROW WHEN (OLD.metric <> NEW.metric) EXECUTE FUNCTION surveys_metric_stays();
"""
BACKWARDS = """
    DROP TRIGGER surveys_metric_stays ON surveys_survey;
    DROP FUNCTION surveys_metric_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0016_who_counts_as_asked")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
