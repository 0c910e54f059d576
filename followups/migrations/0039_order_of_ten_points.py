from pathlib import Path

from django.db import migrations

# Put up again as it is written: it knows one scale more.
ORDER = (Path(__file__).parent.parent / "models" / "urgency.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("followups", "0038_calls")]
    operations = [migrations.RunSQL(ORDER, migrations.RunSQL.noop)]
