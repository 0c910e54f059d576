from pathlib import Path

import django.db.models.deletion
from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

STATES = (Path(__file__).parent.parent / "models" / "work_states.sql").read_text()
# Meaning, names (en, uk, ru, lt).
USUAL = [
    ("new", ("New", "Нове", "Новая", "Nauja")),
    ("in_progress", ("In progress", "В роботі", "В работе", "Vykdoma")),
    ("waiting", ("Waiting for the customer", "Очікує на клієнта", "Ждёт клиента", "Laukiama kliento")),
    ("resolved", ("Resolved", "Вирішено", "Решена", "Išspręsta")),
    ("dismissed", ("Dismissed", "Відхилено", "Отклонена", "Atmesta")),
]
MEANINGS = [
    ("new", "new"),
    ("in_progress", "in progress"),
    ("waiting", "waiting for the customer"),
    ("resolved", "resolved"),
    ("dismissed", "dismissed"),
]
RANKED = (
    "assignee", "team", "status", "state", "look_again_on", "next_due_at", "category", "product", "language", "worth",
    "has_comment", "root_cause", "response",
)  # fmt: skip
OPEN = models.Q(("status__in", ["new", "in_progress", "waiting"]))


def add_states(apps, schema_editor):
    WorkState = apps.get_model("followups", "WorkState")
    for meaning, names in USUAL:
        WorkState.objects.create(
            meaning=meaning, names=dict(zip(("en", "uk", "ru", "lt"), names, strict=True)), is_default=True
        )
    _allow_administrators(apps, schema_editor.connection.alias)
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


def _allow_administrators(apps, alias):
    # Permissions are usually made after all migrations; the role needs them now.
    create_permissions(installed.get_app_config("followups"), verbosity=0, using=alias)
    codes = [f"{deed}_workstate" for deed in ("add", "change", "delete", "view")]
    for role in apps.get_model("auth", "Group").objects.filter(name="Administrators"):
        role.permissions.add(*apps.get_model("auth", "Permission").objects.filter(codename__in=codes))


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("followups", "0017_root_causes"),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("names", models.JSONField(default=dict, verbose_name="names")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("meaning", models.CharField(choices=MEANINGS, max_length=12, verbose_name="meaning")),
                (
                    "tone",
                    models.CharField(
                        choices=[
                            ("plain", "grey"),
                            ("accent", "blue"),
                            ("good", "green"),
                            ("middle", "yellow"),
                            ("bad", "red"),
                        ],
                        default="plain",
                        max_length=6,
                        verbose_name="colour",
                    ),
                ),
                ("is_default", models.BooleanField(default=False, editable=False, verbose_name="the usual one")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "state of follow-ups",
                "verbose_name_plural": "states of follow-ups",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("meaning",),
                        name="followups_state_usual_once",
                    ),
                    models.UniqueConstraint(fields=("id", "meaning"), name="followups_state_with_meaning"),
                    models.CheckConstraint(
                        condition=models.Q(("is_default", False), ("is_active", True), _connector="OR"),
                        name="followups_state_usual_is_active",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("names__has_key", "en")), name="followups_state_has_english_name"
                    ),
                ],
            },
        ),
        migrations.RunPython(add_states, migrations.RunPython.noop),
        migrations.AddField(
            "followup",
            "state",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followups",
                to="followups.workstate",
                verbose_name="state",
            ),
        ),
        migrations.RunSQL(
            STATES,
            """
            DROP TRIGGER followups_state_fits ON followups_followup;
            DROP TRIGGER followups_usual_state_stays ON followups_workstate;
            DROP FUNCTION followups_find_state, followups_keep_usual_state;
            """,
        ),
        migrations.RunSQL("UPDATE followups_followup SET status = status", migrations.RunSQL.noop),
        migrations.AlterField(
            "followup",
            "state",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followups",
                to="followups.workstate",
                verbose_name="state",
            ),
        ),
        migrations.RunSQL(
            """
            ALTER TABLE followups_followup ADD CONSTRAINT followups_state_means_status
            FOREIGN KEY (state_id, status) REFERENCES followups_workstate (id, meaning)
            """,
            "ALTER TABLE followups_followup DROP CONSTRAINT followups_state_means_status",
        ),
        migrations.AlterField(
            "bulkdeed",
            "kind",
            models.CharField(
                choices=[
                    ("assign", "assigned"),
                    ("note", "noted"),
                    ("resolve", "resolved"),
                    ("dismiss", "dismissed"),
                    ("state", "put into a state"),
                ],
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.RemoveIndex("followup", "followups_open_by_urgency"),
        migrations.AddIndex(
            "followup",
            models.Index(
                fields=["urgent_at", "id"], include=RANKED, name="followups_open_by_urgency", condition=OPEN
            ),
        ),
    ]
