from django.db import migrations, models

# News that waits to be taken up is not lost.
CHARGE = "UPDATE delivery_message SET bounce = 'hard' WHERE has_news AND status = 'bounced'"


class Migration(migrations.Migration):
    dependencies = [("delivery", "0005_handover")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="bounce",
            field=models.CharField(
                blank=True,
                choices=[
                    ("hard", "the address does not exist"),
                    ("soft", "the address did not take it for now"),
                ],
                db_default="",
                default="",
                editable=False,
                max_length=4,
                verbose_name="bounce",
            ),
        ),
        migrations.RunSQL(CHARGE, migrations.RunSQL.noop),
    ]
