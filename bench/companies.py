"""Put companies in the order of their critics, for everybody and for one team, against one count over all joined rows.

    python -m bench.companies [--contacts 50000] [--teams 10] [--explain]

Works in a database of its own beside DATABASE_URL, made anew and dropped at the end. A company has ten contacts, a
contact one score and deals of one or two colleagues of five in each team. The baseline joins companies, contacts and
scores, and looks of each score whether the reader may see it.
"""

import argparse
import os
import time
from statistics import median

from bench.scratch import scratch_database

PAGE, PEOPLE = 25, 5
FILL = """
INSERT INTO crm_company (name, source, domain, industry, size_band, region, timezone, created_at, updated_at)
SELECT 'Įmonė ' || n, '', 'firm' || n || '.example', '', '', '', '', now(), now()
FROM generate_series(1, %(contacts)s / 10) n;
INSERT INTO crm_contact (source, first_name, last_name, email, phone, job_title, language, timezone, region,
    do_not_contact_reason, company_id, created_at, updated_at)
SELECT '', 'Žemyna', 'Petraitė ' || n, 'customer' || n || '@shop.example', '', '', 'lt', '', '', '',
    (SELECT min(id) FROM crm_company) + n %% (%(contacts)s / 10), now(), now()
FROM generate_series(1, %(contacts)s) n;
INSERT INTO crm_latestscore (contact_id, metric, answer, answered_at, score, category, work)
SELECT id, 'nps', id, now(), CASE WHEN said < 20 THEN 2 ELSE 10 END,
    CASE WHEN said < 20 THEN 'detractor' ELSE 'promoter' END, CASE WHEN said < 8 THEN 'reached' ELSE 'none' END
FROM (SELECT id, hashtext(id::text) & 65535 AS hash FROM crm_contact) AS c, LATERAL (SELECT c.hash %% 100 AS said) AS s;
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contacts", type=int, default=50_000)
    parser.add_argument("--teams", type=int, default=10)
    parser.add_argument("--explain", action="store_true", help="show what PostgreSQL does for each figure")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")
    with scratch_database("companies"):
        fill(options)
        report(options)


def fill(options):
    from django.db import connection

    from accounts.models import Team, User
    from crm.models import Contact, Deal

    with connection.cursor() as cursor:
        cursor.execute(FILL, {"contacts": options.contacts})
    teams = Team.objects.bulk_create(Team(name=f"Team {n}") for n in range(options.teams))
    people = User.objects.bulk_create(
        User(email=f"agent{n}@plumb.example", name=f"Agent {n}", team=teams[n % len(teams)])
        for n in range(PEOPLE * len(teams))
    )
    Deal.objects.bulk_create(
        (
            Deal(contact_id=pk, company_id=company, manager=people[(pk * 7 + more * 3) % len(people)])
            for pk, company in Contact.objects.values_list("pk", "company")
            for more in range(1 + (pk % 3 == 0))
        ),
        batch_size=5000,
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def report(options):
    from accounts.models import User
    from analytics.companies import accounts

    administrator = User.objects.create_superuser("bench@plumb.example", name="Bench")
    readers = {"an administrator": administrator, "one of a team": User.objects.filter(team__isnull=False).first()}
    print("what | value | baseline | ratio")
    for said, reader in readers.items():
        for order in (accounts.BY_CRITICS, accounts.BY_WORK):
            now, joined = accounts.companies(reader, "nps", order=order), baseline(reader, "nps", order)
            assert numbers(now) == numbers(joined)
            value, before = timed(now), timed(joined)
            print(
                f"first page of companies by {order}, {said}, {options.contacts:,} scores"
                f" | {value:.0f} ms | {before:.0f} ms | {value / before:.2f}",
                flush=True,
            )
            if options.explain:
                print(now[:PAGE].explain(analyze=True), joined[:PAGE].explain(analyze=True), sep="\n\n", flush=True)


def baseline(user, metric, order):
    """Return the companies with their numbers, counted in one pass over companies, contacts and scores."""
    from django.db.models import Count, Q

    from analytics.companies import accounts
    from followups.customers import visibility

    seen = Q(contacts__merged_into__isnull=True)
    if not user.sees_all_teams:
        seen = Q(contacts__in=visibility.contacts_of(user).values("pk"))
    holds = {f"contacts__latest_scores__{name}": value for name, value in accounts.COUNTED[order](metric).items()}
    number = Count("contacts__latest_scores", filter=seen & Q(contacts__latest_scores__metric=metric, **holds))
    return visibility.companies_of(user).annotate(number=number).order_by("-number", "name", "pk")


def numbers(companies):
    return list(companies.values_list("pk", "number"))


def timed(companies, rounds=5):
    """Return the median of some rounds over the first page, in milliseconds."""
    taken = []
    for _round in range(rounds):
        started = time.perf_counter()
        list(companies[:PAGE])
        taken.append(time.perf_counter() - started)
    return median(taken) * 1000


if __name__ == "__main__":
    main()
