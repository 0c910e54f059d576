import surveys.defaults
import accounts.defaults
import datetime
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from decimal import Decimal
from django.apps import apps as installed
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models



def permit_administrators(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    # Permissions are usually made after all migrations; the role needs them now.
    create_permissions(installed.get_app_config("surveys"), verbosity=0, using=schema_editor.connection.alias)
    of_waves = Permission.objects.filter(content_type__app_label="surveys", content_type__model="wave")
    for administrators in Group.objects.filter(name="Administrators"):
        administrators.permissions.add(*of_waves)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('crm', '0003_hard_bounces'),
        ('analytics', '0002_roles'),
        ('surveys', '0009_mail_domains'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='askingpolicy',
            name='loser',
            field=models.CharField(choices=[('defer', 'it waits until afterwards'), ('drop', 'it is dropped')], default='defer', help_text='What becomes of the less important ask, if the two would be closer than any two asks may be.', max_length=10, verbose_name='when a more important survey wants the same contact'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='wave_round',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='round of the wave'),
        ),
        migrations.CreateModel(
            name='Wave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('sampling_share', models.DecimalField(decimal_places=3, default=Decimal('1'), help_text='1 asks everybody, 0.25 every fourth contact, always the same ones.', max_digits=4, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='share of contacts asked')),
                ('media', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=surveys.defaults.email_only, size=None, verbose_name='media in order of preference')),
                ('reminder_days', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=3, verbose_name='reminders, days after the invitation')),
                ('window_start', models.TimeField(default=datetime.time(9, 0), verbose_name='send from')),
                ('window_end', models.TimeField(default=datetime.time(18, 0), verbose_name='send until')),
                ('window_weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(7)]), default=accounts.defaults.workdays, help_text='1 is Monday, 7 is Sunday.', size=None, verbose_name='send on weekdays')),
                ('is_active', models.BooleanField(default=False, verbose_name='active')),
                ('cadence_days', models.PositiveSmallIntegerField(default=91, validators=[django.core.validators.MinValueValidator(30), django.core.validators.MaxValueValidator(365)], verbose_name='days between two asks of one contact')),
                ('size_bands', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('1-9', '1–9 people'), ('10-49', '10–49 people'), ('50-249', '50–249 people'), ('250-999', '250–999 people'), ('1000+', '1,000 people or more')], max_length=10), blank=True, default=list, size=None, verbose_name='only companies of this size')),
                ('regions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None, verbose_name='only these regions')),
                ('bought_within_days', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='bought within so many days')),
                ('min_customer_days', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='customer for so many days at least')),
                ('joining_days', models.PositiveSmallIntegerField(blank=True, help_text='Counted from “customer since”. Empty: new customers wait for their turn.', null=True, verbose_name='first ask of a new customer after so many days')),
                ('starts_on', models.DateField(default=surveys.defaults.today, verbose_name='starts on')),
                ('paused_at', models.DateTimeField(blank=True, null=True, verbose_name='paused at')),
                ('planned_until', models.DateField(blank=True, editable=False, null=True, verbose_name='planned until')),
                ('channels', models.ManyToManyField(blank=True, related_name='+', to='crm.channel', verbose_name='only buyers through these channels')),
                ('products', models.ManyToManyField(blank=True, related_name='+', to='crm.product', verbose_name='only buyers of these products')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='waves', to='surveys.survey', verbose_name='survey')),
            ],
            options={
                'verbose_name': 'wave',
                'verbose_name_plural': 'waves',
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='invitation',
            name='wave',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='surveys.wave', verbose_name='wave'),
        ),
        migrations.AddIndex(
            model_name='invitation',
            index=models.Index(condition=models.Q(('reason', 'daily_maximum'), ('status', 'planned')), fields=['survey', 'due_at'], name='surveys_invite_lined_up'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(condition=models.Q(('wave__isnull', False)), fields=('wave', 'wave_round', 'contact'), name='surveys_invite_wave_round_once'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('trigger__isnull', True), ('wave__isnull', True), _connector='OR'), name='surveys_invite_trigger_or_wave'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('wave__isnull', True), ('wave_round__isnull', True)), models.Q(('wave__isnull', False), ('wave_round__isnull', False)), _connector='OR'), name='surveys_invite_wave_has_round'),
        ),
        migrations.AddConstraint(
            model_name='wave',
            constraint=models.CheckConstraint(condition=models.Q(('window_start__lt', models.F('window_end'))), name='surveys_wave_window_opens_before_it_closes'),
        ),
        migrations.AddConstraint(
            model_name='wave',
            constraint=models.CheckConstraint(condition=models.Q(('sampling_share__gte', 0), ('sampling_share__lte', 1)), name='surveys_wave_sampling_share'),
        ),
        migrations.AddConstraint(
            model_name='wave',
            constraint=models.CheckConstraint(condition=models.Q(('window_weekdays__len__gte', 1)), name='surveys_wave_some_weekday'),
        ),
        migrations.AddConstraint(
            model_name='wave',
            constraint=models.CheckConstraint(condition=models.Q(('cadence_days__gte', 30), ('cadence_days__lte', 365)), name='surveys_wave_cadence'),
        ),
        migrations.RunPython(permit_administrators, migrations.RunPython.noop),
    ]
