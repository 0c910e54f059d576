from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0020_head_of_customer_care"),
        # takes the links over
        ("surveys", "0023_review_links"),
    ]

    operations = [
        migrations.DeleteModel(name="ReviewLink"),
        migrations.AlterField(
            model_name="brand",
            name="offers_reviews",
            field=models.BooleanField(default=True, help_text="On the page and in the letter of thanks. Which ones there are stands with the review links.", verbose_name="review links after an answer"),
        ),
    ]
