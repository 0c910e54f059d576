from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_set_aside_rows"),
    ]
    operations = [
        migrations.AddField(
            model_name="brand",
            name="offers_reviews",
            field=models.BooleanField(
                default=True,
                help_text="On the page of thanks, whatever the score. Letters of thanks to promoters have them anyway.",
                verbose_name="review links after an answer",
            ),
        ),
    ]
