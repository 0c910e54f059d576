from django.db import migrations

FORWARD = """
CREATE FUNCTION accounts_keep_security_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '90 days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the security log is only ever added to'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'accounts_security_event_is_kept';
END $$;
CREATE TRIGGER accounts_security_event_is_kept
    BEFORE UPDATE OR DELETE ON accounts_securityevent
    FOR EACH ROW EXECUTE FUNCTION accounts_keep_security_event();
"""

BACKWARD = """
DROP TRIGGER accounts_security_event_is_kept ON accounts_securityevent;
DROP FUNCTION accounts_keep_security_event();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_security_log")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
