import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0017_digest")]
    operations = [
        migrations.AddField(
            model_name="organisation",
            name="hides_critics_words",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whoever looked after a customer who gave a score of the lowest category sees the score, "
                "but does not read the comment and does not find it by its words. Everybody else in their reach does.",
                verbose_name="critics' words are hidden from the person rated",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="wants_praise",
            field=models.BooleanField(db_default=True, default=True, verbose_name="praise by e-mail"),
        ),
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
                        ("hidden_words", "read words that are hidden from the person rated"),
                    ],
                    max_length=15,
                ),
                default=list,
                size=None,
                verbose_name="scopes",
            ),
        ),
    ]
