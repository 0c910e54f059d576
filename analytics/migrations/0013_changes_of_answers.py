from pathlib import Path

from django.db import migrations, models

CHANGES = (Path(__file__).parent.parent / "explorer" / "changes.sql").read_text()
FILL = """
INSERT INTO analytics_answerchange (answer_id, xact, at)
SELECT id, 0, greatest(answered_at, changed_at) FROM responses_response
"""
FORGET = """
DROP TRIGGER analytics_told_answers_added ON responses_response;
DROP TRIGGER analytics_told_answer_changed ON responses_response;
DROP TRIGGER analytics_told_topics_added ON responses_responsetopic;
DROP TRIGGER analytics_told_topics_removed ON responses_responsetopic;
DROP TRIGGER analytics_told_topic_changed ON responses_responsetopic;
DROP TRIGGER analytics_told_followups_added ON followups_followup;
DROP TRIGGER analytics_told_followups_removed ON followups_followup;
DROP TRIGGER analytics_told_followup_changed ON followups_followup;
DROP FUNCTION analytics_tell_new_answers();
DROP FUNCTION analytics_tell_answer();
DROP FUNCTION analytics_tell_their_answers();
DROP FUNCTION analytics_tell_its_answer();
DROP FUNCTION analytics_tell(bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0012_monthly_spreads"),
        ("followups", "0008_waiting_names_a_day"),
        ("responses", "0013_words"),
    ]
    operations = [
        migrations.CreateModel(
            name="AnswerChange",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "answer_id", "xact", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("answer_id", models.BigIntegerField()),
                ("xact", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["xact", "answer_id"], name="analytics_changed_in"),
                    models.Index(fields=["at", "answer_id"], name="analytics_changed_at"),
                ],
            },
        ),
        migrations.RunSQL(CHANGES, FORGET),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
