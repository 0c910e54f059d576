import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("responses", "0016_topics_about_managers"),
        ("surveys", "0023_review_links"),
    ]

    operations = [
        migrations.AddField(
            model_name="linkvisit",
            name="review_link",
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="surveys.reviewlink", verbose_name="place for a review"),
        ),
        migrations.AddField(
            model_name="linkvisit",
            name="reviews_shown",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), db_default=[], default=list, size=None, verbose_name="places shown"),
        ),
    ]
