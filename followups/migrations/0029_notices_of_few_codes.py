import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followups", "0028_machines_at_closing_letters"),
    ]

    operations = [
        migrations.AddField(
            model_name="codepool",
            name="few_told_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="told that few are left at"
            ),
        ),
        migrations.AddField(
            model_name="staffnotice",
            name="pool",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to="followups.codepool",
                verbose_name="code pool",
            ),
        ),
        migrations.AlterField(
            model_name="staffnotice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("new", "a new follow-up"),
                    ("customer_replied", "a reply of the customer"),
                    ("mention", "a mention of you"),
                    ("handover", "a follow-up handed to you"),
                    ("overdue", "an overdue follow-up"),
                    ("escalation", "an escalation"),
                    ("step", "a step that is due"),
                    ("letter", "a customer's letter that belongs to no follow-up"),
                    ("codes", "few codes left in a pool, for those who administer pools"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.RemoveConstraint(model_name="staffnotice", name="followups_told_of_one_thing"),
        migrations.AddConstraint(
            model_name="staffnotice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("pool__isnull", False)),
                fields=("pool", "person", "occasion"),
                name="followups_told_of_pool_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="staffnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("followup__isnull", True), ("kind", "letter"), ("letter__isnull", False), ("pool__isnull", True)
                )
                | models.Q(
                    ("followup__isnull", True), ("kind", "codes"), ("letter__isnull", True), ("pool__isnull", False)
                )
                | models.Q(
                    models.Q(("kind__in", ["letter", "codes"]), _negated=True),
                    ("followup__isnull", False),
                    ("letter__isnull", True),
                    ("pool__isnull", True),
                ),
                name="followups_told_of_one_thing",
            ),
        ),
    ]
