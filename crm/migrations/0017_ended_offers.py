from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0016_deal_referral_code")]
    operations = [
        migrations.AlterField(
            model_name="suppression",
            name="why",
            field=models.CharField(
                choices=[
                    ("opt_out", "unsubscribed"),
                    ("complaint", "reported our mail as spam"),
                    ("objection", "objected to all letters"),
                    ("hard_bounce", "mail came back for good"),
                    ("offers", "wants no offers and news"),
                ],
                max_length=12,
                verbose_name="why",
            ),
        ),
    ]
