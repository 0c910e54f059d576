import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

TAKE_OVER = """
INSERT INTO surveys_reviewlink (brand_id, platform, name, url, language, tiers, share, position, is_active)
SELECT brand_id, 'other', name, url, language, '{}', 0, position, true FROM accounts_reviewlink ORDER BY id
"""


def permit(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    # Permissions are usually made after all migrations; the roles need these now.
    create_permissions(installed.get_app_config("surveys"), verbosity=0, using=schema_editor.connection.alias)
    codes = [f"{deed}_reviewlink" for deed in ("add", "change", "delete", "view")]
    given = Permission.objects.filter(content_type__app_label="surveys", codename__in=codes)
    for role in Group.objects.filter(name="Administrators"):
        role.permissions.add(*given)


class Migration(migrations.Migration):

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("accounts", "0019_absence"),
        ("crm", "0015_latest_scores"),
        ("surveys", "0022_segments"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReviewLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("platform", models.CharField(choices=[("google", "Google"), ("trustpilot", "Trustpilot"), ("yandex", "Yandex Maps"), ("2gis", "2GIS"), ("facebook", "Facebook"), ("capterra", "Capterra"), ("g2", "G2"), ("other", "another place")], default="other", max_length=12, verbose_name="place")),
                ("name", models.CharField(help_text="What the button says, such as “Google”.", max_length=50, verbose_name="name")),
                ("url", models.URLField(help_text="Of the form in which a review is written.", verbose_name="address")),
                ("language", models.CharField(blank=True, choices=[("en", "English"), ("uk", "Ukrainian"), ("ru", "Russian"), ("lt", "Lithuanian")], max_length=5, verbose_name="only for language")),
                ("tiers", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[("good", "promoters and other satisfied customers"), ("middle", "passives and other undecided customers"), ("bad", "detractors and other dissatisfied customers")], max_length=6), blank=True, default=list, help_text="None: everybody, whatever they answered, which every platform allows.", size=None, verbose_name="shown only to")),
                ("share", models.PositiveSmallIntegerField(default=0, help_text="Of the links with a share each customer sees one, always the same: 70 and 30 are shown to seven and three in ten. 0: to everybody.", validators=[django.core.validators.MaxValueValidator(1000)], verbose_name="share")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("brand", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="review_links", to="accounts.brand", verbose_name="brand")),
                ("product", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crm.product", verbose_name="only for product")),
            ],
            options={"verbose_name": "review link", "verbose_name_plural": "review links"},
        ),
        migrations.RunSQL(TAKE_OVER, migrations.RunSQL.noop),
        migrations.RunPython(permit, migrations.RunPython.noop),
    ]
