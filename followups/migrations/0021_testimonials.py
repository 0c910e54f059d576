import django.contrib.postgres.fields
import django.db.models.deletion
from django.apps import apps as installed
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

TIERS = [
    ("good", "promoters and other satisfied customers"),
    ("middle", "passives and other undecided customers"),
    ("bad", "detractors and other dissatisfied customers"),
]
LANGUAGES = [("en", "English"), ("uk", "Ukrainian"), ("ru", "Russian"), ("lt", "Lithuanian")]
RIGHTS = {
    "Administrators": ["add_quotepolicy", "change_quotepolicy", "delete_quotepolicy", "view_quotepolicy"],
    "Managers": [],
}
OF_BOTH = ["decide_testimonials"]


def permit(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    # Permissions are usually made after all migrations; the roles need these now.
    create_permissions(installed.get_app_config("followups"), verbosity=0, using=schema_editor.connection.alias)
    for role in Group.objects.filter(name__in=RIGHTS):
        codes = [*RIGHTS[role.name], *OF_BOTH]
        role.permissions.add(*Permission.objects.filter(content_type__app_label="followups", codename__in=codes))


class Migration(migrations.Migration):

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("accounts", "0019_absence"),
        ("crm", "0015_latest_scores"),
        ("responses", "0015_note_changed_scores"),
        ("followups", "0020_steps"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="QuotePolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tiers", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=TIERS, max_length=6), blank=True, default=list, help_text="On the page of thanks, after words of their own. None: nobody.", size=None, verbose_name="asked")),
                ("is_feed_on", models.BooleanField(default=False, help_text="What may be quoted and is approved, as JSON for a website.", verbose_name="feed")),
                ("is_feed_open", models.BooleanField(default=False, help_text="A website whose visitors fetch it themselves needs this.", verbose_name="feed without a key")),
                ("key_number", models.PositiveIntegerField(default=1, verbose_name="number of the key")),
                ("brand", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="quote_policy", to="accounts.brand", verbose_name="brand")),
            ],
            options={"verbose_name": "rule of quoting", "verbose_name_plural": "rules of quoting"},
        ),
        migrations.CreateModel(
            name="Testimonial",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="words")),
                ("language", models.CharField(choices=LANGUAGES, max_length=5, verbose_name="language")),
                ("name_shown", models.CharField(choices=[("full", "with the name"), ("initials", "with the initials"), ("none", "without a name")], max_length=8, verbose_name="how the customer is named")),
                ("name", models.CharField(blank=True, max_length=201, verbose_name="name shown")),
                ("company", models.CharField(blank=True, max_length=200, verbose_name="company shown")),
                ("evidence", models.JSONField(default=list, verbose_name="proof")),
                ("given_at", models.DateTimeField(verbose_name="agreed at")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
                ("state", models.CharField(choices=[("waiting", "waiting for a decision"), ("approved", "approved"), ("hidden", "hidden")], default="waiting", max_length=8, verbose_name="state")),
                ("shortened", models.TextField(blank=True, verbose_name="shortened")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                ("brand", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.brand", verbose_name="brand")),
                ("contact", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="testimonials", to="crm.contact", verbose_name="contact")),
                ("decided_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("response", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="testimonial", to="responses.response", verbose_name="answer")),
            ],
            options={
                "verbose_name": "testimonial",
                "verbose_name_plural": "testimonials",
                "permissions": [("decide_testimonials", "Can read testimonials and decide about them")],
                "indexes": [models.Index(condition=models.Q(("state", "approved"), ("withdrawn_at__isnull", True)), fields=["brand", "-given_at"], name="followups_public_testimonials")],
            },
        ),
        migrations.RunPython(permit, migrations.RunPython.noop),
    ]
