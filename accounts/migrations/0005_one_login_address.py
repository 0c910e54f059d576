from django.db import migrations

# accounts_user.email is the login address. The rows that allauth keeps beside it follow, whichever way it changes.
FORWARD = """
CREATE FUNCTION accounts_follow_login_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM account_emailaddress WHERE user_id = NEW.id AND email IS DISTINCT FROM NEW.email;
    IF NEW.email IS NOT NULL THEN
        INSERT INTO account_emailaddress (user_id, email, verified, "primary")
        VALUES (NEW.id, NEW.email, true, true) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER accounts_login_address_is_followed
    AFTER INSERT OR UPDATE OF email ON accounts_user
    FOR EACH ROW EXECUTE FUNCTION accounts_follow_login_address();

CREATE FUNCTION accounts_refuse_other_login_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM accounts_user WHERE id = NEW.user_id AND email = NEW.email) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a person logs in by the address in accounts_user alone'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'accounts_one_login_address';
END $$;
CREATE TRIGGER accounts_one_login_address
    BEFORE INSERT OR UPDATE ON account_emailaddress
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_other_login_address();

INSERT INTO account_emailaddress (user_id, email, verified, "primary")
SELECT id, email, true, true FROM accounts_user WHERE email IS NOT NULL ON CONFLICT DO NOTHING;
"""

BACKWARD = """
DROP TRIGGER accounts_one_login_address ON account_emailaddress;
DROP FUNCTION accounts_refuse_other_login_address();
DROP TRIGGER accounts_login_address_is_followed ON accounts_user;
DROP FUNCTION accounts_follow_login_address();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_security_log_is_append_only"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
