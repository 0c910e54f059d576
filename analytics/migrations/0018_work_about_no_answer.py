from pathlib import Path

from django.db import migrations

CHANGES = (Path(__file__).parent.parent / "explorer" / "changes.sql").read_text()


class Migration(migrations.Migration):

    dependencies = [
        ("analytics", "0017_wallboards"),
        ("followups", "0031_letters_without_scores"),
    ]

    operations = [migrations.RunSQL(CHANGES, migrations.RunSQL.noop)]
