from django.db import migrations

# What is done after a good, middling or bad answer is the same whatever was measured.
LIKE = {
    "detractor": ("dissatisfied", "hard"),
    "passive": ("undecided", "so_so"),
    "promoter": ("satisfied", "easy"),
}


def make_playbooks(apps, schema_editor):
    Playbook = apps.get_model("followups", "Playbook")
    for model in Playbook.objects.filter(survey=None, category__in=LIKE, is_active=True):
        for category in LIKE[model.category]:
            model.pk, model.category = None, category
            model._state.adding = True
            model.save()


class Migration(migrations.Migration):
    dependencies = [("followups", "0003_alter_playbook_category")]
    operations = [migrations.RunPython(make_playbooks, migrations.RunPython.noop)]
