from django.db import migrations

FREEZE = """
UPDATE responses_response r
SET frozen_score = r.score, frozen_at = least(f.first_contact_at, r.answered_at + interval '7 days')
FROM followups_followup f
WHERE f.response_id = r.id AND f.first_contact_at IS NOT NULL AND r.frozen_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("followups", "0005_what_came_of_praise"),
        ("responses", "0011_counted_score"),
    ]
    operations = [migrations.RunSQL(FREEZE, migrations.RunSQL.noop)]
