"""What the benchmarks of asking share: a database of their own with customers, touchpoints and a lived-in history."""

from datetime import timedelta

from bench.planning import FILL, run_sql
from bench.scratch import new_survey

# Half of the customers were asked by another survey in the last half-year, a twentieth are held, some opted out.
HISTORY = """
INSERT INTO surveys_invitation (survey_id, version_id, brand_id, contact_id, company_id, kind, language, status, medium,
    token_hash, planned_at, due_at, queued_at, asked_at, sent_at, answered_at, expires_at, campaign, currency)
SELECT %(survey)s, %(version)s, %(brand)s, c.id, c.company_id, 'transactional', 'en',
    CASE WHEN n.n %% 4 = 0 THEN 'answered' WHEN at.at < %(now)s - interval '30 days' THEN 'expired' ELSE 'sent' END,
    'email', sha256(('history ' || n.n)::bytea), at.at, at.at, at.at, at.at, at.at,
    CASE WHEN n.n %% 4 = 0 THEN at.at + interval '1 day' END, at.at + interval '30 days', '', ''
FROM generate_series(1, %(rows)s) AS n(n)
CROSS JOIN LATERAL (SELECT %(now)s - make_interval(secs => n.n * 180.0 * 86400 / %(rows)s) AS at) at
JOIN crm_contact c ON c.id = (SELECT min(id) FROM crm_contact) + (n.n * 7919) %% (%(rows)s / 2);
INSERT INTO surveys_hold (contact_id, cause, since)
SELECT id, 'followup-' || id, %(now)s - interval '3 days' FROM crm_contact WHERE id %% 20 = 0;
INSERT INTO crm_consent (contact_id, medium, use, status, origin, evidence, changed_at)
SELECT id, 'email', 'surveys', 'objected', '', '', %(now)s - interval '50 days' FROM crm_contact WHERE id %% 50 = 3;
"""


def some_say_no(now):
    from django.db.models import F
    from django.db.models.functions import Mod

    from crm import suppressions
    from crm.models import Contact, ContactAddress

    opted_out = suppressions.No(Contact.OptOut.UNSUBSCRIBED, now - timedelta(days=40))
    contacts = Contact.objects.annotate(share=Mod(F("pk"), 50))
    suppressions.stop(dict.fromkeys(contacts.filter(share=1).values_list("pk", flat=True), opted_out))
    bounced = ContactAddress.objects.filter(contact__in=contacts.filter(share=2))
    suppressions.give_up(
        {("email", value): now - timedelta(days=20) for value in bounced.values_list("value", flat=True)}
    )
    bounced.update(bounced_at=now - timedelta(days=20))


def prepare(rows, *, budget=10):
    """Fill the database and return the trigger under test. Three touchpoints in ten belong to a repeated customer."""
    from django.core.management import call_command
    from django.db import connection

    from accounts import clock
    from surveys.models import AskingPolicy, Trigger

    call_command("migrate", verbosity=0)
    now = clock.now()
    made = {}
    for name in ("Bench", "History"):
        survey = new_survey(name)
        made[name] = survey.versions.get()
    values = {"rows": rows, "now": now, "survey": made["History"].survey_id, "version": made["History"].pk}
    values["brand"] = made["History"].survey.brand_id
    with connection.cursor() as cursor:
        cursor.execute(FILL, values)
        cursor.execute("UPDATE crm_touchpoint SET contact_id = contact_id - 1 WHERE id % 10 IN (2, 5, 8)")
        cursor.execute(HISTORY, values)
    some_say_no(now)
    AskingPolicy.objects.create(pk=1, company_budget=budget)
    run_sql("VACUUM ANALYZE")
    return Trigger.objects.create(
        survey=made["Bench"].survey, name="Bench", is_active=True, asks_since=now - timedelta(days=365)
    )
