from django.db import migrations, models

from accounts.partitions import split


def by_month(apps, schema_editor):
    split(schema_editor, "surveys_judgement", by="at")


class Migration(migrations.Migration):

    dependencies = [
        ("surveys", "0017_a_survey_keeps_its_metric"),
    ]

    operations = [
        migrations.AlterField(
            model_name="judgement",
            name="invitation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=models.deletion.CASCADE,
                related_name="judgements",
                to="surveys.invitation",
            ),
        ),
        migrations.RunPython(by_month, migrations.RunPython.noop),
    ]
