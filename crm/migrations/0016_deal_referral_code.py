from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("crm", "0015_latest_scores"),
    ]

    operations = [
        migrations.AddField(
            model_name="deal",
            name="referral_code",
            field=models.CharField(blank=True, db_default="", default="", max_length=40, verbose_name="referral code"),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(condition=models.Q(("referral_code", ""), _negated=True), fields=["referral_code"], name="crm_deal_referred"),
        ),
    ]
