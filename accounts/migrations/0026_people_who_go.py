from django.db import migrations, models

FORWARD = """
CREATE OR REPLACE FUNCTION accounts_keep_security_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '90 days' THEN
        RETURN OLD;
    END IF;
    -- An event about a person who is gone has the name in place of the person; all else of it stays as it is.
    IF TG_OP = 'UPDATE' AND OLD.about_id IS NOT NULL AND NEW.about_id IS NULL
        AND NOT EXISTS (SELECT FROM accounts_user u WHERE u.id = OLD.about_id)
        AND to_jsonb(NEW) - '{about_id,subject}'::text[] = to_jsonb(OLD) - '{about_id,subject}'::text[]
        AND OLD.subject IN ('', NEW.subject)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the security log is only ever added to'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'accounts_security_event_is_kept';
END $$;
"""

BACKWARD = """
CREATE OR REPLACE FUNCTION accounts_keep_security_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '90 days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the security log is only ever added to'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'accounts_security_event_is_kept';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0025_customers_languages")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AlterField(
            model_name='securityevent',
            name='kind',
            field=models.CharField(choices=[('login', 'login'), ('login_failed', 'failed login'), ('locked_out', 'login refused after too many failures'), ('logout', 'logout'), ('session_ended', 'session ended'), ('password_changed', 'password changed'), ('reset_asked', 'link for a new password asked for'), ('address_asked', 'new login address asked for'), ('address_changed', 'login address changed'), ('address_objected', 'change of the login address objected to'), ('second_factor', 'second factor changed'), ('sign_on', 'single sign-on changed'), ('welcomed', 'welcome letter sent'), ('person_made', 'person added'), ('person_removed', 'person removed'), ('person_changed', 'person changed'), ('roles_changed', 'roles changed'), ('rights_changed', 'rights changed'), ('key_issued', 'client key issued'), ('key_changed', 'client key changed'), ('key_revoked', 'client key revoked'), ('setting_changed', 'setting changed'), ('exported', 'data exported'), ('sample_loaded', 'sample data loaded'), ('sample_removed', 'sample data removed'), ('refused', 'refused')], max_length=20, verbose_name='what'),
        ),
    ]
