from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

TREE = (Path(__file__).parent.parent / "models" / "root_causes.sql").read_text()
# Slug, names (en, uk, ru, lt), slugs of the topics after which it is offered first.
CAUSES = [
    (
        "product",
        ("Product or quality", "Продукт або якість", "Продукт или качество", "Produktas arba kokybė"),
        ("quality", "product"),
    ),
    ("price", ("Price or value", "Ціна або цінність", "Цена или выгода", "Kaina arba vertė"), ("price",)),
    (
        "delivery",
        ("Delivery or timing", "Доставка або строки", "Доставка или сроки", "Pristatymas arba terminai"),
        ("delivery",),
    ),
    (
        "support",
        ("Support or communication", "Підтримка або спілкування", "Поддержка или общение", "Pagalba arba bendravimas"),
        ("support", "staff"),
    ),
    (
        "billing",
        ("Billing or paperwork", "Рахунки або документи", "Счета или документы", "Sąskaitos arba dokumentai"),
        ("paperwork",),
    ),
    ("expectation", ("Wrong expectation", "Хибні очікування", "Неверные ожидания", "Klaidingi lūkesčiai"), ()),
    ("other", ("Something else", "Щось інше", "Другое", "Kita"), ()),
]
# What was named before keeps its name; nothing named is no longer an empty text.
NOTHING_NAMED = "UPDATE followups_followup SET root_cause = NULL WHERE root_cause = ''"
ASKED_OF = [
    ("passive", "passive"),
    ("detractor", "detractor"),
    ("undecided", "neither satisfied nor dissatisfied"),
    ("dissatisfied", "dissatisfied"),
    ("so_so", "neither easy nor hard"),
    ("hard", "hard"),
]


def add_causes(apps, schema_editor):
    RootCause, Topic = apps.get_model("followups", "RootCause"), apps.get_model("responses", "Topic")
    for position, (slug, names, topics) in enumerate(CAUSES):
        cause = RootCause.objects.create(
            slug=slug, names=dict(zip(("en", "uk", "ru", "lt"), names, strict=True)), position=position
        )
        cause.topics.set(Topic.objects.filter(slug__in=topics))
    _allow_administrators(apps, schema_editor.connection.alias)
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


def _allow_administrators(apps, alias):
    # Permissions are usually made after all migrations; the role needs them now.
    create_permissions(installed.get_app_config("followups"), verbosity=0, using=alias)
    codes = [f"{deed}_rootcause" for deed in ("add", "change", "delete", "view")]
    for role in apps.get_model("auth", "Group").objects.filter(name="Administrators"):
        role.permissions.add(*apps.get_model("auth", "Permission").objects.filter(codename__in=codes))


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("responses", "0014_topics_of_comments"),
        ("followups", "0016_improvements"),
    ]

    operations = [
        migrations.CreateModel(
            name="RootCause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=20, unique=True, verbose_name="slug")),
                ("names", models.JSONField(default=dict, verbose_name="names")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(choices=ASKED_OF, max_length=12),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="asked after",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="followups.rootcause",
                        verbose_name="part of",
                    ),
                ),
                (
                    "topics",
                    models.ManyToManyField(
                        blank=True,
                        help_text="After an answer about one of these it is offered first, with all that stands below it.",
                        related_name="root_causes",
                        to="responses.topic",
                        verbose_name="topics",
                    ),
                ),
            ],
            options={
                "verbose_name": "root cause",
                "verbose_name_plural": "root causes",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("parent", models.F("id")), _negated=True),
                        name="followups_cause_not_its_parent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("names__has_key", "en")), name="followups_cause_has_english_name"
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            TREE,
            """
            DROP TRIGGER followups_causes_are_a_tree ON followups_rootcause;
            DROP FUNCTION followups_keep_a_tree();
            """,
        ),
        migrations.RunPython(add_causes, migrations.RunPython.noop),
        migrations.RemoveConstraint("followup", "followups_resolved_says_why_or_what_came"),
        migrations.AlterField(
            "followup",
            "root_cause",
            models.CharField(blank=True, max_length=20, null=True, verbose_name="root cause"),
        ),
        migrations.RunSQL(NOTHING_NAMED, migrations.RunSQL.noop),
        migrations.AlterField(
            "followup",
            "root_cause",
            models.ForeignKey(
                blank=True,
                db_column="root_cause",
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followups",
                to="followups.rootcause",
                to_field="slug",
                verbose_name="root cause",
            ),
        ),
        migrations.AlterField(
            "followup",
            "outcome",
            models.CharField(
                blank=True,
                choices=[
                    ("saved", "customer won back"),
                    ("unchanged", "no change"),
                    ("lost", "customer lost"),
                    ("reviewed", "wrote a review"),
                    ("referred", "referred somebody"),
                    ("quoted", "may be quoted"),
                    ("more", "opportunity to sell more"),
                    ("thanked", "thanked, nothing more"),
                ],
                max_length=12,
                verbose_name="outcome",
            ),
        ),
        migrations.AddConstraint(
            "followup",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "resolved"), _negated=True),
                    models.Q(("root_cause__isnull", False), models.Q(("resolution", ""), _negated=True)),
                    models.Q(("root_cause__isnull", True), models.Q(("outcome", ""), _negated=True)),
                    _connector="OR",
                ),
                name="followups_resolved_says_why_or_what_came",
            ),
        ),
        migrations.AddIndex(
            "followup",
            models.Index(
                fields=["root_cause"],
                name="followups_by_root_cause",
                condition=models.Q(root_cause__isnull=False),
            ),
        ),
    ]
