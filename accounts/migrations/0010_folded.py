from django.db import migrations

# `lower` knows the letters that the locale of the database knows.
FORWARD = """
CREATE FUNCTION accounts_folded(written text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT replace(replace(replace(replace(translate(lower(regexp_replace(
        normalize(written, NFKD), '[̀-ͯ''`´ʹʻʼ‘’′]', '', 'g')),
        'øłđðħıς', 'olddhiσ'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
$$
"""
BACKWARD = "DROP FUNCTION accounts_folded(text)"


class Migration(migrations.Migration):
    """The function that folds text for searching, as accounts.folded does it."""

    dependencies = [("accounts", "0009_login_addresses_and_sessions")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
