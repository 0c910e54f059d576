import django.db.models.deletion
from django.apps import apps as installed
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

import accounts.clock

OF_ADMINISTRATORS = [f"{deed}_referralprogramme" for deed in ("add", "change", "delete", "view")]
OF_BOTH = ["decide_rewards"]


def permit(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    # Permissions are usually made after all migrations; the roles need these now.
    create_permissions(installed.get_app_config("followups"), verbosity=0, using=schema_editor.connection.alias)
    for role in Group.objects.filter(name__in=["Administrators", "Managers"]):
        codes = OF_BOTH + (OF_ADMINISTRATORS if role.name == "Administrators" else [])
        role.permissions.add(*Permission.objects.filter(content_type__app_label="followups", codename__in=codes))


class Migration(migrations.Migration):

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("crm", "0016_deal_referral_code"),
        ("followups", "0021_testimonials"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReferralProgramme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_active", models.BooleanField(default=False, verbose_name="active")),
                ("invites_on_page", models.BooleanField(default=True, verbose_name="promoters are invited on the page of thanks")),
                ("invites_in_letter", models.BooleanField(default=True, verbose_name="promoters are invited in the letter of thanks")),
                ("texts", models.JSONField(blank=True, default=dict, verbose_name="texts")),
                ("brand", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="referrals", to="accounts.brand", verbose_name="brand")),
            ],
            options={"verbose_name": "referral programme", "verbose_name_plural": "referral programmes"},
        ),
        migrations.CreateModel(
            name="ReferralCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="code")),
                ("created_at", models.DateTimeField(default=accounts.clock.now, verbose_name="created at")),
                ("brand", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.brand", verbose_name="brand")),
                ("contact", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="referral_codes", to="crm.contact", verbose_name="contact")),
            ],
            options={
                "verbose_name": "referral code",
                "verbose_name_plural": "referral codes",
                "constraints": [models.UniqueConstraint(fields=("contact", "brand"), name="followups_one_referral_code")],
            },
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_new", models.BooleanField(default=True, verbose_name="new to us")),
                ("at", models.DateTimeField(default=accounts.clock.now, verbose_name="at")),
                ("evidence", models.JSONField(default=dict, verbose_name="proof")),
                ("brand", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.brand", verbose_name="brand")),
                ("code", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="referrals", to="followups.referralcode", verbose_name="code")),
                ("contact", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="referrals", to="crm.contact", verbose_name="contact")),
            ],
            options={
                "verbose_name": "referral",
                "verbose_name_plural": "referrals",
                "constraints": [models.UniqueConstraint(fields=("brand", "contact"), name="followups_referred_once")],
            },
        ),
        migrations.CreateModel(
            name="ReferralReward",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(default=accounts.clock.now, verbose_name="due since")),
                ("state", models.CharField(choices=[("due", "due"), ("given", "given"), ("refused", "refused")], default="due", max_length=8, verbose_name="state")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                ("code", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="rewards", to="followups.referralcode", verbose_name="code")),
                ("deal", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="referral_reward", to="crm.deal", verbose_name="deal")),
                ("decided_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="decided by")),
            ],
            options={
                "verbose_name": "reward",
                "verbose_name_plural": "rewards",
                "permissions": [("decide_rewards", "Can read referrals and decide about rewards")],
                "indexes": [models.Index(condition=models.Q(("state", "due")), fields=["created_at"], name="followups_rewards_due")],
                "constraints": [models.CheckConstraint(condition=models.Q(models.Q(("decided_at__isnull", True), ("state", "due")), models.Q(models.Q(("state", "due"), _negated=True), ("decided_at__isnull", False)), _connector="OR"), name="followups_reward_decided_when_not_due")],
            },
        ),
        migrations.RunPython(permit, migrations.RunPython.noop),
    ]
