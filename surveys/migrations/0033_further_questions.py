from django.db import migrations, models

FUNCTION = """
CREATE OR REPLACE FUNCTION surveys_refuse_change_of_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NULL THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND ({new}) IS NOT DISTINCT FROM ({old}) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'survey version % is published: its wording cannot change', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'surveys_published_version_is_immutable';
END $$;
"""


def function(*columns: str) -> str:
    rows = {row: ", ".join(f"{row.upper()}.{column}" for column in columns) for row in ("new", "old")}
    return FUNCTION.format(**rows)


BEFORE = function("survey_id", "number", "texts", "published_at")
AFTER = function("survey_id", "number", "texts", "questions", "published_at")


class Migration(migrations.Migration):
    dependencies = [("surveys", "0032_calls")]
    operations = [
        migrations.AddField(
            model_name="surveyversion",
            name="questions",
            field=models.JSONField(db_default=[], default=list, verbose_name="further questions"),
        ),
        migrations.RunSQL(AFTER, BEFORE),
    ]
