from django.db import migrations


def permit(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    sending = Permission.objects.get(content_type__app_label="followups", codename="send_mailings")
    for managers in Group.objects.filter(name="Managers"):
        managers.permissions.add(sending)


class Migration(migrations.Migration):
    dependencies = [("followups", "0026_offers_and_segments")]
    operations = [migrations.RunPython(permit, migrations.RunPython.noop)]
