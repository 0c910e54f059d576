from pathlib import Path

from django.db import migrations

TRIGGERS = Path(__file__).with_name("0008_triggers.sql").read_text()
BEFORE = Path(__file__).with_name("0007_triggers.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0007_metric_and_origin"),
        ("responses", "0011_counted_score"),
    ]
    operations = [migrations.RunSQL(TRIGGERS, BEFORE)]
