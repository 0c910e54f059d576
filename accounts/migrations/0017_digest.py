from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0016_sign_on")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="digest",
            field=models.CharField(
                blank=True,
                choices=[("weekly", "every week"), ("monthly", "every month")],
                db_default="",
                default="",
                max_length=7,
                verbose_name="report by e-mail",
            ),
        ),
    ]
