from pathlib import Path

from django.db import migrations, models

TRIGGERS = (Path(__file__).parent.parent / "rollups" / "triggers.sql").read_text()
BEFORE = Path(__file__).with_name("0008_triggers.sql").read_text()
AGES = (1, 3, 7)
# What the rollups lack is one more change of each answered ask: readers add it, and the next refresh folds it in.
NOTE_DELAYS = """
INSERT INTO analytics_rollupchange
    (at, metric, origin, survey_id, team_id, manager_id, channel_id, product_id, count, answered,
     answered_in_1, answered_in_3, answered_in_7, answered_soon)
SELECT asked_at, metric, origin, survey_id, coalesce(team_id, 0), coalesce(manager_id, 0), coalesce(channel_id, 0),
       coalesce(product_id, 0), 0, 0, analytics_answered_within(asked_at, answered_at, 1),
       analytics_answered_within(asked_at, answered_at, 3), 1, 0
FROM surveys_invitation
WHERE asked_at IS NOT NULL AND origin <> 'test' AND analytics_answered_within(asked_at, answered_at, 7) = 1
"""


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0008_counted_scores"),
    ]
    operations = [
        *[
            migrations.AddField(
                model_name="rollup",
                name=f"answered_in_{days}",
                field=models.IntegerField(default=0),
            )
            for days in AGES
        ],
        *[
            migrations.AddField(
                model_name="rollupchange",
                name=f"answered_in_{days}",
                field=models.IntegerField(db_default=0, default=0),
            )
            for days in AGES
        ],
        migrations.RunSQL(TRIGGERS, BEFORE),
        migrations.RunSQL(NOTE_DELAYS, migrations.RunSQL.noop),
    ]
