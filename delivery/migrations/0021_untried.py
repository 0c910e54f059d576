import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0020_find_texts")]

    operations = [
        migrations.CreateModel(
            name="Untried",
            fields=[
                (
                    "message",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="delivery.message",
                    ),
                ),
                ("claim", models.PositiveIntegerField()),
                ("cost", models.DecimalField(decimal_places=4, max_digits=10)),
            ],
        ),
        migrations.RunSQL("ALTER TABLE delivery_untried SET UNLOGGED", "ALTER TABLE delivery_untried SET LOGGED"),
    ]
