import django.db.models.deletion
from django.apps import apps as installed
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

import accounts.clock


def permit_administrators(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    # Permissions are usually made after all migrations; the role needs them now.
    create_permissions(installed.get_app_config("surveys"), verbosity=0, using=schema_editor.connection.alias)
    of_manual_asks = Permission.objects.filter(content_type__app_label="surveys", content_type__model="manualask")
    for administrators in Group.objects.filter(name="Administrators"):
        administrators.permissions.add(*of_manual_asks)


class Migration(migrations.Migration):

    dependencies = [
        ('analytics', '0002_roles'),
        ('surveys', '0005_find_cancelled_invitations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ManualAsk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('at', models.DateTimeField(default=accounts.clock.now, verbose_name='at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('invitation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='manual_ask', to='surveys.invitation', verbose_name='invitation')),
            ],
            options={
                'verbose_name': 'ask by hand',
                'verbose_name_plural': 'asks by hand',
                'permissions': [('ask_anyway', 'Can ask a customer now against the rules')],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='surveys_manual_ask_has_reason')],
            },
        ),
        migrations.RunPython(permit_administrators, migrations.RunPython.noop),
    ]
