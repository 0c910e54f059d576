from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ORDER = (Path(__file__).parent.parent / "models" / "urgency.sql").read_text()


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0021_review_links_moved'),
        ('crm', '0016_deal_referral_code'),
        ('followups', '0030_reward_codes'),
        ('responses', '0017_visits_to_reviews'),
        ('surveys', '0024_own_clock'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='followup',
            name='followups_resolved_says_why_or_what_came',
        ),
        migrations.AddField(
            model_name='followup',
            name='invitation',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followup', to='surveys.invitation', verbose_name='invitation'),
        ),
        migrations.AddField(
            model_name='playbook',
            name='takes_letters',
            field=models.BooleanField(db_default=False, default=False, help_text='For customers who write back to an ask and do not answer it, and for no answers.', verbose_name='for letters without a score'),
        ),
        migrations.AlterField(
            model_name='followup',
            name='response',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followup', to='responses.response', verbose_name='response'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('invitation__isnull', True), ('response__isnull', False)), models.Q(('invitation__isnull', False), ('response__isnull', True)), _connector='OR'), name='followups_about_an_answer_or_an_ask'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'resolved'), _negated=True), models.Q(('root_cause__isnull', False), models.Q(('resolution', ''), _negated=True)), models.Q(('root_cause__isnull', True), models.Q(('outcome', ''), _negated=True)), models.Q(('response__isnull', True), models.Q(('resolution', ''), _negated=True)), _connector='OR'), name='followups_resolved_says_why_or_what_came'),
        ),
        migrations.RunSQL(ORDER, migrations.RunSQL.noop),
    ]
