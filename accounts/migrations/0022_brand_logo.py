import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0021_review_links_moved")]

    operations = [
        migrations.RemoveField(model_name="brand", name="logo"),
        migrations.AddField(
            model_name="brand",
            name="logo",
            field=models.CharField(blank=True, default="", editable=False, max_length=50, verbose_name="logo"),
        ),
        migrations.CreateModel(
            name="BrandLogo",
            fields=[
                (
                    "brand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="picture",
                        serialize=False,
                        to="accounts.brand",
                    ),
                ),
                ("name", models.CharField(db_index=True, max_length=50)),
                ("png", models.BinaryField()),
            ],
        ),
    ]
