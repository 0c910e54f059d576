from django.apps import apps as installed
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

USES = [("surveys", "surveys"), ("marketing", "offers and news")]
EVIDENCE = "The sentence that was agreed to, its version or form, or how the contact said it."
FORWARD = """
CREATE OR REPLACE FUNCTION crm_keep_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO crm_consentchange (contact_id, medium, use, status, origin, evidence, said_at, kept_at)
            VALUES (OLD.contact_id, OLD.medium, OLD.use, '', '', '', now(), now());
    ELSIF TG_OP = 'INSERT'
            OR (NEW.contact_id, NEW.medium, NEW.use, NEW.status, NEW.origin, NEW.evidence, NEW.changed_at)
            IS DISTINCT FROM
            (OLD.contact_id, OLD.medium, OLD.use, OLD.status, OLD.origin, OLD.evidence, OLD.changed_at) THEN
        INSERT INTO crm_consentchange (contact_id, medium, use, status, origin, evidence, said_at, kept_at)
            VALUES (NEW.contact_id, NEW.medium, NEW.use, NEW.status, NEW.origin, NEW.evidence, NEW.changed_at, now());
    END IF;
    RETURN NULL;
END $$;
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION crm_keep_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO crm_consentchange (contact_id, medium, status, origin, said_at, kept_at)
            VALUES (OLD.contact_id, OLD.medium, '', '', now(), now());
    ELSIF TG_OP = 'INSERT' OR (NEW.contact_id, NEW.medium, NEW.status, NEW.origin, NEW.changed_at)
            IS DISTINCT FROM (OLD.contact_id, OLD.medium, OLD.status, OLD.origin, OLD.changed_at) THEN
        INSERT INTO crm_consentchange (contact_id, medium, status, origin, said_at, kept_at)
            VALUES (NEW.contact_id, NEW.medium, NEW.status, NEW.origin, NEW.changed_at, now());
    END IF;
    RETURN NULL;
END $$;
"""


def permit(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    # Permissions are usually made after all migrations; the roles need this one now.
    create_permissions(installed.get_app_config("crm"), verbosity=0, using=schema_editor.connection.alias)
    recording = Permission.objects.get(content_type__app_label="crm", codename="record_consent")
    for role in Group.objects.filter(name__in=["Managers", "Administrators"]):
        role.permissions.add(recording)


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0002_roles"),
        ("crm", "0012_where_the_crm_shows_a_deal"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="consent",
            options={
                "permissions": [("record_consent", "Can write down what a customer said of letters")],
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
            },
        ),
        *(
            operation
            for model in ("consent", "consentchange")
            for operation in (
                migrations.AddField(
                    model_name=model,
                    name="use",
                    field=models.CharField(choices=USES, default="surveys", max_length=20, verbose_name="what for"),
                ),
                migrations.AddField(
                    model_name=model,
                    name="evidence",
                    field=models.CharField(
                        blank=True,
                        default="",
                        max_length=300,
                        verbose_name="proof",
                        **({"help_text": EVIDENCE} if model == "consent" else {}),
                    ),
                    preserve_default=False,
                ),
            )
        ),
        migrations.RemoveConstraint(model_name="consent", name="crm_consent_once_per_medium"),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.UniqueConstraint(
                fields=("contact", "medium", "use"), name="crm_consent_once_per_medium_and_use"
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("use", "marketing"), _negated=True),
                    ("status", "objected"),
                    models.Q(("origin", ""), _negated=True),
                    _connector="OR",
                ),
                name="crm_consent_to_marketing_has_its_origin",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(permit, migrations.RunPython.noop),
    ]
