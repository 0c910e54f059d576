from pathlib import Path

from django.db import migrations

FORWARD = (Path(__file__).parent.parent / "explorer" / "further_changes.sql").read_text()
BACKWARD = """
DROP TRIGGER analytics_told_further_added ON responses_furtheranswer;
DROP TRIGGER analytics_told_further_removed ON responses_furtheranswer;
DROP TRIGGER analytics_told_further_changed ON responses_furtheranswer;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0021_satisfaction_of_ten"),
        ("responses", "0026_further_questions"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
