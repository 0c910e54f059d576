import json
from pathlib import Path

import django.db.models.deletion
from django.apps import apps as installed
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

import accounts.clock

LEXICON = Path(__file__).parent.parent / "topics" / "lexicon.json"


def make_first_dictionary(apps, schema_editor):
    lexicon = json.loads(LEXICON.read_text())
    # No comment has been looked through yet, so there is none to be read anew.
    apps.get_model("responses", "TopicDictionary").objects.create(number=1, **lexicon, applied_at=accounts.clock.now())


def permit(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    # Permissions are usually made after all migrations; the roles need this one now.
    create_permissions(installed.get_app_config("responses"), verbosity=0, using=schema_editor.connection.alias)
    labelling = Permission.objects.get(content_type__app_label="responses", codename="label_topics")
    for role in Group.objects.filter(name__in=["Managers", "Administrators"]):
        role.permissions.add(labelling)


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0002_roles"),
        ("responses", "0013_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField(model_name="topic", name="patterns"),
        migrations.CreateModel(
            name="TopicDictionary",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True, verbose_name="version")),
                ("patterns", models.JSONField(default=dict, verbose_name="patterns")),
                ("ignored", models.JSONField(default=dict, verbose_name="ignored")),
                ("made_at", models.DateTimeField(default=accounts.clock.now, verbose_name="made at")),
                ("applied_up_to", models.BigIntegerField(db_default=0, default=0)),
                ("applied_at", models.DateTimeField(blank=True, null=True, verbose_name="all comments read at")),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "dictionary of topics",
                "verbose_name_plural": "dictionaries of topics",
            },
        ),
        migrations.CreateModel(
            name="TopicLabel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_about", models.BooleanField(verbose_name="is about it")),
                ("at", models.DateTimeField(default=accounts.clock.now, verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "response",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="topic_labels",
                        to="responses.response",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="responses.topic",
                        verbose_name="topic",
                    ),
                ),
            ],
            options={
                "verbose_name": "word on a topic",
                "verbose_name_plural": "words on topics",
                "permissions": [("label_topics", "Can correct the topics of answers")],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("response", "topic"), name="responses_label_once_per_topic")
                ],
            },
        ),
        migrations.AddField(
            model_name="responsetopic",
            name="version",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="version of the dictionary"),
        ),
        migrations.RunSQL(
            "UPDATE responses_responsetopic SET version = 1 WHERE source = 'auto'; SET CONSTRAINTS ALL IMMEDIATE",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="responsetopic",
            constraint=models.CheckConstraint(
                condition=models.Q(source="auto", version__isnull=False)
                | (~models.Q(source="auto") & models.Q(version__isnull=True)),
                name="responses_topic_found_by_a_dictionary",
            ),
        ),
        migrations.AddField(
            model_name="response",
            name="tagged_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="topics looked for at"),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(
                condition=models.Q(("tagged_at__isnull", True)) & ~models.Q(("comment", "")),
                fields=["id"],
                name="responses_to_tag",
            ),
        ),
        migrations.RunPython(make_first_dictionary, migrations.RunPython.noop),
        migrations.RunPython(permit, migrations.RunPython.noop),
    ]
