from django.db import migrations


def begin(apps, schema_editor):
    """Let WhatsApp ring no phone at night or on a Sunday, as texts and chats do not; what was set up stays."""
    hours = apps.get_model("surveys", "WritingHours")
    if not hours.objects.filter(medium="whatsapp").exists():
        hours.objects.create(medium="whatsapp")


class Migration(migrations.Migration):
    dependencies = [("surveys", "0033_further_questions")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
