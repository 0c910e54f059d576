"""Plan invitations from touchpoints, against a bare INSERT … SELECT of the same rows with the same indexes.

    python -m bench.planning [--rows 100000] [--rounds 3]

Works in a database of its own beside DATABASE_URL, made anew and dropped at the end.
"""

import argparse
import os
import time
from datetime import timedelta
from statistics import median

from bench.scratch import new_survey, scratch_database

FILL = """
INSERT INTO accounts_team (name, region) SELECT 'Team ' || n, '' FROM generate_series(1, 10) n;
INSERT INTO accounts_user (password, is_superuser, name, source, language, timezone, is_active, is_staff,
    date_joined, team_id)
SELECT '!', false, 'Person ' || n, '', '', '', true, false, now(), (SELECT min(id) FROM accounts_team) + n %% 10
FROM generate_series(1, 200) n;
INSERT INTO crm_product (name, source, is_active, created_at, updated_at)
SELECT 'Product ' || n, '', true, now(), now() FROM generate_series(1, 8) n;
INSERT INTO crm_channel (name, source, is_active, created_at, updated_at)
SELECT 'Channel ' || n, '', true, now(), now() FROM generate_series(1, 5) n;
INSERT INTO crm_company (name, source, domain, industry, size_band, region, timezone, created_at, updated_at)
SELECT 'Company ' || n, '', '', '', '', '', (ARRAY['Europe/Kyiv', 'Europe/Vilnius', ''])[1 + n %% 3], now(), now()
FROM generate_series(1, %(rows)s / 20 + 1) n;
INSERT INTO crm_contact (source, first_name, last_name, email, phone, job_title, language, timezone, region,
    do_not_contact_reason, company_id, created_at, updated_at)
SELECT '', 'Ona', 'Petraitė ' || n, 'customer' || n || '@shop.example', '', '',
    (ARRAY['en', 'uk', 'ru', 'lt', ''])[1 + n %% 5],
    (ARRAY['Europe/Kyiv', 'Europe/Vilnius', 'Asia/Kolkata', 'America/New_York', 'Mars/Olympus', ''])[1 + n %% 6],
    '', '',
    (SELECT min(id) FROM crm_company) + n / 20, now(), now()
FROM generate_series(1, %(rows)s) n;
INSERT INTO crm_contactaddress (contact_id, medium, value, is_preferred, created_at)
SELECT id, 'email', email, true, now() FROM crm_contact;
INSERT INTO crm_touchpoint (source, external_id, kind, contact_id, company_id, manager_id, product_id, channel_id,
    campaign, amount, currency, occurred_at, created_at, updated_at)
SELECT 'bench', n::text, 'deal_won', c.id, c.company_id, (SELECT min(id) FROM accounts_user) + n %% 200,
    (SELECT min(id) FROM crm_product) + n %% 8, (SELECT min(id) FROM crm_channel) + n %% 5, 'spring',
    n %% 10000, 'EUR', %(now)s - make_interval(secs => n * 90.0 * 86400 / %(rows)s), now(), now()
FROM generate_series(1, %(rows)s) n
JOIN crm_contact c ON c.id = (SELECT min(id) FROM crm_contact) + n - 1;
"""

BARE = """
DROP TABLE IF EXISTS bare, ready;
CREATE TABLE bare (LIKE surveys_invitation INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES);
CREATE TABLE ready AS SELECT {columns} FROM surveys_invitation ORDER BY id;
ANALYZE ready;
CHECKPOINT;
"""


def timed(act):
    started = time.perf_counter()
    result = act()
    return time.perf_counter() - started, result


def prepare(rows):
    from django.core.management import call_command
    from django.db import connection

    from accounts import clock
    from surveys.models import Trigger

    call_command("migrate", verbosity=0)
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"rows": rows, "now": now})
        cursor.execute("VACUUM ANALYZE")
    survey = new_survey()
    Trigger.objects.create(survey=survey, name="Bench", is_active=True, asks_since=now - timedelta(days=365))


def plan_all(rows):
    """Return the seconds of planning every touchpoint, and those of a second run that finds nothing to do."""
    from surveys.services import plan_invitations

    run_sql("TRUNCATE surveys_invitation CASCADE; CHECKPOINT")
    seconds, planned = timed(plan_invitations)
    assert planned == rows, f"planned {planned} of {rows}"
    run_sql("VACUUM ANALYZE surveys_invitation")
    again, none = timed(plan_invitations)
    assert none == 0
    return seconds, again


def insert_bare():
    """Return the seconds that PostgreSQL needs for the same rows from a ready-made table."""
    from surveys.models import Invitation

    columns = ", ".join(field.column for field in Invitation._meta.concrete_fields if field.column != "id")
    run_sql(BARE.format(columns=columns))
    return timed(lambda: run_sql(f"INSERT INTO bare ({columns}) SELECT {columns} FROM ready"))[0]


def run_sql(sql):
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in filter(str.strip, sql.split(";")):
            cursor.execute(statement)


def run(rows, rounds):
    """Yield (name, value, baseline, ratio) of each figure: medians of interleaved rounds."""
    with scratch_database("planning"):
        prepare(rows)
        plans, repeats, bares = zip(*((*plan_all(rows), insert_bare()) for _ in range(rounds)), strict=True)
    seconds, again, bare = median(plans), median(repeats), median(bares)
    yield f"plan {rows:,} invitations, rows/s", f"{rows / seconds:,.0f}", f"{rows / bare:,.0f}", f"{bare / seconds:.0%}"
    yield "second run that finds nothing, s", f"{again:.2f}", f"{seconds:.2f}", f"{again / seconds:.1%}"


def main():
    import django

    django.setup()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for figure in run(options.rows, options.rounds):
        print(" | ".join(figure))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")
    main()
