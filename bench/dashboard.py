"""The dashboard with 100,000 and 1,000,000 answers, against one sequential pass over the table of answers.

    python -m bench.dashboard [--rounds 60]

Works in a database of its own beside DATABASE_URL, made anew and dropped at the end. Each page is a whole request
through all middleware: session, permissions, queries and templates. Before each, an answer and an invitation change,
and every tenth time the rollups are refreshed, so that adding the latest changes is part of what is measured.
"""

import argparse
import os
import statistics
import time

from bench.scratch import collected_static, new_survey, scratch_database

SIZES = (100_000, 1_000_000)
DAYS = 1095

# Twenty managers of four teams, five channels, eight products. Seven of ten contacts belong to companies, about five to
# each; a contact answers once or twice in three years, a company eight times, and each has one manager.
PEOPLE = """
INSERT INTO accounts_team (name, region) SELECT 'Team ' || n, '' FROM generate_series(1, 4) n;
INSERT INTO accounts_user (password, is_superuser, name, source, language, timezone, is_active, is_staff, date_joined,
    team_id)
SELECT '!', false, 'Manager ' || n, '', '', '', true, false, now(), (SELECT min(id) FROM accounts_team) + n % 4
FROM generate_series(1, 20) n;
INSERT INTO crm_product (name, source, is_active, created_at, updated_at)
SELECT 'Product ' || n, '', true, now(), now() FROM generate_series(1, 8) n;
INSERT INTO crm_channel (name, source, is_active, created_at, updated_at)
SELECT 'Channel ' || n, '', true, now(), now() FROM generate_series(1, 5) n;
INSERT INTO crm_company (source, name, domain, industry, size_band, region, timezone, created_at, updated_at)
SELECT '', 'Company ' || n, '', '', '', '', '', now(), now() FROM generate_series(1, {rows} / 12) n;
INSERT INTO crm_contact (source, first_name, last_name, email, phone, job_title, language, timezone, region,
    do_not_contact_reason, created_at, updated_at, company_id)
SELECT '', 'Ona', 'Petraitė ' || n, 'customer' || n || '@shop.example', '', '', 'en', '', '', '', now(), now(),
    CASE WHEN n % 10 < 7 THEN (SELECT min(id) FROM crm_company) + (hashint4(n) & 2147483647) % ({rows} / 12) END
FROM generate_series(1, 6 * {rows} / 10) n;
"""
INVITATIONS = """
INSERT INTO surveys_invitation (survey_id, version_id, brand_id, contact_id, company_id, manager_id, team_id,
    product_id, channel_id, kind, language, campaign, currency, status, token_hash, planned_at, due_at, queued_at,
    asked_at, sent_at, expires_at, answered_at, reminders_left)
SELECT s.survey_id, s.id, v.brand_id, c.id, c.company_id, m.id, m.team_id,
    (SELECT min(id) FROM crm_product) + (n / 7) %% 8, (SELECT min(id) FROM crm_channel) + (n / 3) %% 5,
    v.kind, 'en', '', 'EUR', CASE WHEN n %% 3 = 0 THEN 'answered' ELSE 'expired' END, sha256(n::text::bytea),
    at, at, at, at, at, at + interval '30 days',
    CASE WHEN n %% 3 = 0 THEN least(at + interval '6 hours', %(now)s) END, 0
FROM generate_series(0, 3 * %(rows)s - 1) n
CROSS JOIN LATERAL (
    SELECT %(now)s - make_interval(secs => %(days)s * 86400.0 * (n::float8 / (3 * %(rows)s))) AS at
) moments
JOIN crm_contact c
  ON c.id = (SELECT min(id) FROM crm_contact) + (hashint4(n + 1) & 2147483647) %% (6 * %(rows)s / 10)
JOIN accounts_user m
  ON m.id = (SELECT min(id) FROM accounts_user) + (hashint8(coalesce(c.company_id, c.id)) & 65535) * 20 / 65536
JOIN surveys_surveyversion s ON s.id = (SELECT min(id) FROM surveys_surveyversion) + (n %% 5 = 0)::int
JOIN surveys_survey v ON v.id = s.survey_id
"""
ANSWERS = """
INSERT INTO responses_response (invitation_id, survey_id, version_id, brand_id, contact_id, company_id, manager_id,
    team_id, product_id, channel_id, amount, currency, kind, language, medium, score, comment, answered_at, changed_at,
    finished_at, settled_at, routed_at)
SELECT id, survey_id, version_id, brand_id, contact_id, company_id, manager_id, team_id, product_id, channel_id, 120.50,
    currency, kind, language, 'email',
    (ARRAY[10, 9, 10, 9, 8, 7, 10, 9, 6, 3, 8, 0])[1 + (hashint4(id::int) & 65535) * 12 / 65536],
    CASE WHEN id %% 3 = 0 THEN 'They called back within the hour and told us plainly what had gone wrong.' ELSE '' END,
    answered_at, answered_at, answered_at, answered_at, answered_at
FROM surveys_invitation WHERE answered_at IS NOT NULL
"""
NEW_ANSWER = """
UPDATE surveys_invitation SET answered_at = NULL WHERE id = (
    SELECT id FROM surveys_invitation WHERE asked_at > %(now)s - interval '20 days' AND answered_at IS NOT NULL
    ORDER BY random() LIMIT 1);
UPDATE responses_response SET score = (score + 1) %% 11
WHERE id = (SELECT id FROM responses_response ORDER BY answered_at DESC LIMIT 1)
"""
# The baseline: what one unaided pass over every answer costs.
PASS = """
SELECT count(*) FILTER (WHERE score >= 9), count(*) FILTER (WHERE score BETWEEN 7 AND 8),
       count(*) FILTER (WHERE score <= 6)
FROM responses_response WHERE NOT is_provisional
"""
PAGES = [
    "",
    "?by=week",
    "?period=24m&by=quarter",
    "?period=90d",
    "?managers=-answers",
    "?team={team}",
    "?survey={survey}",
    "?survey={wave}",
    "?period=last-12m",
]
FILTERED_PAGES = ["?manager={manager}", "?channel={channel}", "?product={product}&period=90d"]
CROSSED_PAGES = [
    "?manager={manager}&channel={channel}",
    "?manager={manager}&product={product}",
    "?channel={channel}&product={product}",
    "?manager={manager}&channel={channel}&product={product}",
    "?team={team}&channel={channel}",
    "?team={team}&manager={manager}&channel={channel}&product={product}",
]


def prepare(rows):
    """Fill the database with three years; return the seconds that counting anew and measuring the spreads took."""
    from django.core.management import call_command
    from django.db import connection

    from accounts import clock
    from analytics.rollups import upkeep
    from analytics.services import check_rollups, measure_spreads
    from surveys.models import Survey

    call_command("migrate", verbosity=0)
    now = clock.now()
    new_survey("After a deal")
    Survey.objects.filter(pk=new_survey("Every half year").pk).update(kind=Survey.Kind.RELATIONAL)
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE.format(rows=rows))
        for table, statement in (("surveys_invitation", INVITATIONS), ("responses_response", ANSWERS)):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(statement, {"rows": rows, "days": DAYS, "now": now})
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        started = time.perf_counter()
        upkeep.rebuild()
        rebuilt = time.perf_counter() - started
        cursor.execute("ANALYZE")
        started = time.perf_counter()
        measure_spreads()
        measured = time.perf_counter() - started
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
    assert not check_rollups()
    return rebuilt, measured


def log_in():
    from django.contrib.auth.models import Group, Permission
    from django.test import Client

    from accounts import roles
    from accounts.models import User

    person = User.objects.create_user("bench@plumb.example", name="Bench")
    person.groups.add(Group.objects.get(name=roles.MANAGERS))
    person.user_permissions.add(Permission.objects.get(codename="see_all_teams"))
    client = Client(headers={"host": "localhost"})
    client.force_login(person)
    return client


def seconds_of_pages(client, pages, rounds):
    from django.db import connection

    from accounts import clock

    taken = []
    for number in range(rounds + len(pages)):
        with connection.cursor() as cursor:
            cursor.execute(NEW_ANSWER, {"now": clock.now()})
        started = time.perf_counter()
        answer = client.get("/dashboard/" + pages[number % len(pages)], secure=True)
        taken.append(time.perf_counter() - started)
        assert answer.status_code == 200, answer.status_code
        if number % 10 == 9:  # what the worker does every half minute
            from analytics.services import refresh_rollups

            refresh_rollups()
    return taken[len(pages) :]


def seconds_of_pass(rounds):
    from django.db import connection

    taken = []
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        for _ in range(rounds):
            started = time.perf_counter()
            cursor.execute(PASS)
            cursor.fetchall()
            taken.append(time.perf_counter() - started)
        cursor.execute("RESET max_parallel_workers_per_gather")
    return statistics.median(taken)


def p95(taken):
    return sorted(taken)[int(len(taken) * 0.95)]


def measure(rows, rounds):
    from accounts.models import Team, User
    from crm.models import Channel, Product
    from surveys.models import Survey

    with scratch_database("dashboard"):
        rebuilt, measured = prepare(rows)
        ids = {
            "team": Team.objects.first().pk,
            "survey": Survey.objects.first().pk,
            "wave": Survey.objects.last().pk,
            "manager": User.objects.first().pk,
            "channel": Channel.objects.first().pk,
            "product": Product.objects.first().pk,
        }
        client = log_in()
        return {
            "rebuilt": rebuilt,
            "measured": measured,
            "page": seconds_of_pages(client, [page.format(**ids) for page in PAGES], rounds),
            "filtered": seconds_of_pages(client, [page.format(**ids) for page in FILTERED_PAGES], rounds // 3),
            "crossed": seconds_of_pages(client, [page.format(**ids) for page in CROSSED_PAGES], rounds),
            "pass": seconds_of_pass(9),
        }


def milliseconds(seconds):
    return f"{1000 * seconds:.1f} ms"


def run(rounds):
    """Yield (name, value, baseline, ratio) of each figure."""
    small, large = (measure(rows, rounds) for rows in SIZES)
    for rows, figures in zip(SIZES, (small, large), strict=True):
        baseline = figures["pass"]
        for name in ("page", "filtered", "crossed"):
            value = p95(figures[name])
            yield (
                f"{name}, p95, {rows:,} answers, one pass without parallel workers",
                milliseconds(value),
                milliseconds(baseline),
                f"{value / baseline:.2f}",
            )
        median = statistics.median(figures["page"])
        yield f"page, p50, {rows:,} answers", milliseconds(median), milliseconds(baseline), f"{median / baseline:.2f}"
    grown, before = p95(large["page"]), p95(small["page"])
    yield (
        "page, p95, 1,000,000 against 100,000 answers",
        milliseconds(grown),
        milliseconds(before),
        f"{grown / before:.2f}",
    )
    yield (
        "count every day anew, 1,000,000 against 100,000 answers",
        f"{large['rebuilt']:.1f} s",
        f"{small['rebuilt']:.1f} s",
        f"{large['rebuilt'] / small['rebuilt']:.1f}",
    )
    yield (
        "measure the spreads of all months, 1,000,000 against 100,000 answers",
        f"{large['measured']:.1f} s",
        f"{small['measured']:.1f} s",
        f"{large['measured'] / small['measured']:.1f}",
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    rounds = parser.parse_args().rounds
    with collected_static():
        for figure in run(rounds):
            print(" | ".join(figure), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")
    main()
