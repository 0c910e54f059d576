from django.conf import settings
from django.db import migrations, models


def settle_old(apps, _editor):
    """What was answered so far had its consequences at once."""
    apps.get_model("followups", "ClosingLetter").objects.exclude(answer="").filter(is_held=False).update(
        settled_at=models.F("answered_at")
    )


class Migration(migrations.Migration):

    dependencies = [
        ('followups', '0031_letters_without_scores'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='closingletter',
            name='settled_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='settled at'),
        ),
        migrations.RunPython(settle_old, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='closingletter',
            index=models.Index(condition=models.Q(('is_held', False), ('settled_at__isnull', True), models.Q(('answer', ''), _negated=True)), fields=['answered_at'], name='followups_closing_unsettled'),
        ),
        migrations.AddConstraint(
            model_name='closingletter',
            constraint=models.CheckConstraint(condition=models.Q(('settled_at__isnull', True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='followups_closing_settles_answers'),
        ),
    ]
