import django.db.models.deletion
from django.apps import apps as installed
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models


def permit(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    # Permissions are usually made after all migrations; the roles need this one now.
    create_permissions(installed.get_app_config("crm"), verbosity=0, using=schema_editor.connection.alias)
    merging = Permission.objects.get(content_type__app_label="crm", codename="merge_contacts")
    for role in Group.objects.filter(name__in=["Managers", "Administrators"]):
        role.permissions.add(merging)


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0002_roles"),
        ("crm", "0009_merges"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="merge",
            options={
                "permissions": [("merge_contacts", "Can merge records of one customer and undo it")],
                "verbose_name": "merge",
                "verbose_name_plural": "merges",
            },
        ),
        migrations.AddField(
            model_name="merge",
            name="undone_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="undone by",
            ),
        ),
        migrations.RunPython(permit, migrations.RunPython.noop),
    ]
