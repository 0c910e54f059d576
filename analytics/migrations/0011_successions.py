from pathlib import Path

from django.db import migrations, models

SUCCESSIONS = (Path(__file__).parent.parent / "rollups" / "successions.sql").read_text()
FILL = """
INSERT INTO analytics_succession SELECT * FROM analytics_note_successions(
    ARRAY(SELECT DISTINCT contact_id FROM responses_response WHERE kind = 'relational' AND contact_id IS NOT NULL)
)
"""
FORGET = """
DROP TRIGGER analytics_order_added ON responses_response;
DROP TRIGGER analytics_order_removed ON responses_response;
DROP TRIGGER analytics_order_changed ON responses_response;
DROP TRIGGER analytics_order_merged ON crm_contact;
DROP FUNCTION analytics_note_merge();
DROP FUNCTION analytics_note_order_of_many();
DROP FUNCTION analytics_note_order_of_one();
DROP FUNCTION analytics_note_order(bigint[]);
DROP FUNCTION analytics_note_successions(bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0010_saved_views"),
        ("crm", "0010_right_to_merge"),
        ("responses", "0011_counted_score"),
    ]
    operations = [
        migrations.CreateModel(
            name="Succession",
            fields=[
                ("response_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("customer_id", models.BigIntegerField(db_index=True)),
                ("at", models.DateTimeField(db_index=True)),
                ("next_of_survey_at", models.DateTimeField(null=True)),
                ("next_at", models.DateTimeField()),
                ("metric", models.CharField(max_length=10)),
                ("origin", models.CharField(max_length=15)),
                ("survey_id", models.BigIntegerField()),
                ("team_id", models.BigIntegerField()),
                ("manager_id", models.BigIntegerField()),
                ("channel_id", models.BigIntegerField()),
                ("product_id", models.BigIntegerField()),
                ("score", models.SmallIntegerField()),
            ],
        ),
        migrations.RunSQL(SUCCESSIONS, FORGET),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
