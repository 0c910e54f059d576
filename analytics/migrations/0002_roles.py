from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations


# As it was when the roles were made; today's stand in accounts/roles.py.
APPS_OF_ADMINISTRATORS = ["accounts", "crm", "delivery", "surveys", "responses", "followups", "analytics"]


def make_roles(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    # Permissions are usually made after all migrations; the roles need them now.
    for label in APPS_OF_ADMINISTRATORS:
        create_permissions(installed.get_app_config(label), verbosity=0, using=schema_editor.connection.alias)

    Group.objects.get_or_create(name="Agents")
    managers, made = Group.objects.get_or_create(name="Managers")
    if made:
        for name in ["analytics.view_dashboard"]:
            app, codename = name.split(".")
            managers.permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    administrators, made = Group.objects.get_or_create(name="Administrators")
    if made:
        administrators.permissions.set(
            Permission.objects.filter(content_type__app_label__in=APPS_OF_ADMINISTRATORS)
        )


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0001_initial"),
        ("accounts", "0001_initial"),
        ("crm", "0001_initial"),
        ("delivery", "0001_initial"),
        ("surveys", "0002_published_versions_are_immutable"),
        ("responses", "0001_initial"),
        ("followups", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
