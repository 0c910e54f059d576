"""Search contacts and the inbox, against a look through the same rows for the same letters without folding them.

    python -m bench.searching [--contacts 100000] [--followups 20000]

Works in a database of its own beside DATABASE_URL, made anew and dropped at the end.
"""

import argparse
import os
import time
from statistics import median

from bench.scratch import new_survey, scratch_database

FILL = """
INSERT INTO crm_company (name, source, domain, industry, size_band, region, timezone, created_at, updated_at)
SELECT 'Įmonė ' || n, '', 'firm' || n || '.example', '', '', '', '', now(), now()
FROM generate_series(1, %(contacts)s / 10) n;
INSERT INTO crm_contact (source, first_name, last_name, email, phone, job_title, language, timezone, region,
    do_not_contact_reason, company_id, created_at, updated_at)
SELECT '', (ARRAY['Seán', 'Žemyna', 'Ольга', 'Anna'])[1 + n %% 4], 'Petraitė ' || n, 'customer' || n || '@shop.example',
    '+370' || 60000000 + n, '', 'lt', '', '', '', (SELECT min(id) FROM crm_company) + n %% (%(contacts)s / 10),
    now(), now()
FROM generate_series(1, %(contacts)s) n;
INSERT INTO crm_contactaddress (contact_id, medium, value, is_preferred, created_at)
SELECT id, 'email', email, true, now() FROM crm_contact UNION ALL SELECT id, 'sms', phone, true, now() FROM crm_contact
UNION ALL SELECT id, 'email', 'private.' || email, false, now() FROM crm_contact WHERE id %% 5 = 0;
"""
ASKED = ["sean", "petraite 77777", "O’Brien", "8 600 77777", "customer77777@shop", "nobody at all"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--followups", type=int, default=20_000)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")
    with scratch_database("searching"):
        fill(options)
        report(options)


def fill(options):
    from django.db import connection
    from django.utils import timezone

    from crm.models import Contact
    from followups.models import Followup
    from responses.models import Entry, Response
    from surveys.models import Origin, SurveyVersion

    with connection.cursor() as cursor:
        cursor.execute(FILL, {"contacts": options.contacts})
    survey, now = new_survey(), timezone.now()
    entry = Entry.objects.create(kind=Entry.Kind.IMPORT, origin=Origin.IMPORTED)
    said = {"survey": survey, "version": SurveyVersion.objects.get(), "kind": survey.kind, "language": "lt", "score": 3}
    said |= {"entry": entry, "origin": Origin.IMPORTED}
    answers = Response.objects.bulk_create(
        Response(
            contact_id=pk, comment=f"Ilgai laukiau atsakymo į užklausą {pk}, o užsakymas dingo.", settled_at=now, **said
        )
        for pk in Contact.objects.order_by("pk").values_list("pk", flat=True)[: options.followups]
    )
    Followup.objects.bulk_create(
        Followup(response=answer, first_contact_due_at=now, resolve_due_at=now, next_due_at=now) for answer in answers
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def report(options):
    from django.db.models import Q

    from crm.models import Contact
    from followups.customers import visibility
    from followups.inbox import worklist
    from followups.models import Followup
    from responses.word_access import EVERYTHING

    order = ("last_name", "first_name", "pk")
    print("what | value | baseline | ratio")
    for text in ASKED:
        searched = timed(lambda text=text: list(visibility.search(Contact.objects.all(), text).order_by(*order)[:25]))
        plain = timed(
            lambda text=text: list(Contact.objects.filter(Q(last_name__contains=text) | Q(email__contains=text)))
        )
        print(f"contacts, “{text}” | {searched:.0f} ms | {plain:.0f} ms | {searched / plain:.1f}")
    for text in [*ASKED, "uzklausa 77", "dingo"]:
        rows = Followup.objects.all()
        searched = timed(
            lambda text=text, rows=rows: list(
                worklist.search(rows, text, EVERYTHING).order_by("next_due_at", "pk")[:25]
            )
        )
        plain = timed(lambda text=text, rows=rows: list(rows.filter(response__comment__contains=text)))
        print(f"inbox of {options.followups:,}, “{text}” | {searched:.0f} ms | {plain:.0f} ms | {searched / plain:.1f}")


def timed(act, rounds=5):
    """Return the median of some rounds, in milliseconds."""
    taken = []
    for _round in range(rounds):
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return median(taken) * 1000


if __name__ == "__main__":
    main()
