from django.db import migrations

from accounts.partitions import split


def by_month(apps, schema_editor):
    split(schema_editor, "responses_linkvisit", by="at")


class Migration(migrations.Migration):
    dependencies = [
        ("responses", "0009_folded_comment"),
    ]

    operations = [
        migrations.RunPython(by_month, migrations.RunPython.noop),
    ]
