import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0014_theme_notices_signature")]
    operations = [
        migrations.AlterField(
            model_name="clientkey",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("read", "read"),
                        ("write", "read and write"),
                        ("answers", "read the answers of its own customers"),
                        ("all_answers", "read all answers"),
                        ("personal", "read names and words in answers"),
                    ],
                    max_length=15,
                ),
                default=list,
                size=None,
                verbose_name="scopes",
            ),
        ),
    ]
