"""Judge due invitations with a realistic history, against fetching the same facts in bulk and judging nothing.

    python -m bench.judging [--rows 100000] [--rounds 3] [--batch 500]

Both work through the invitations in the batches of the product. The baseline claims them, fetches them with their
history and lets go; judging also decides, records the verdicts with their traces, and queues the messages.
Works in a database of its own beside DATABASE_URL, made anew and dropped at the end.
"""

import argparse
import os
from datetime import timedelta
from statistics import median

from bench.planning import run_sql, timed
from bench.scratch import scratch_database

AGAIN = """
    TRUNCATE surveys_invitationmessage, surveys_judgement, delivery_message CASCADE;
    DELETE FROM surveys_invitation WHERE trigger_id IS NOT NULL;
    INSERT INTO surveys_invitation SELECT * FROM due;
    VACUUM ANALYZE surveys_invitation;
    CHECKPOINT
"""


def judge_all(now, batch):
    from surveys.services import Judged, judge_due

    total = Judged()
    while (judged := judge_due(limit=batch, now=now)).total:
        total += judged
    return total


def fetch_all(now, batch):
    from django.db import transaction

    from surveys.judging.facts import RELATIONS, History, policy_in_force
    from surveys.letters import kinds
    from surveys.models import Invitation

    fetched, last = 0, (now - timedelta(days=4000), 0)
    while True:
        with transaction.atomic():
            due = Invitation.objects.due(now).extra(where=["(due_at, surveys_invitation.id) > (%s, %s)"], params=last)
            due = due.order_by("due_at", "pk").select_for_update(skip_locked=True, of=("self",))
            found = list(due.select_related(*{*RELATIONS, *kinds.FACTS})[:batch])
            if not found:
                return fetched
            History.of(found, policy_in_force(), now)
        fetched, last = fetched + len(found), (found[-1].due_at, found[-1].pk)


def at_noon(moment):
    """Return noon (UTC) of that day, of Monday on a weekend: whoever works in the night measures the same as others."""
    weekend = max(0, moment.isoweekday() - 5)
    return moment.replace(hour=12, minute=0) + timedelta(days=3 - weekend if weekend else 0)


def run(rows, rounds, batch):
    """Yield (name, value, baseline, ratio): medians of interleaved rounds."""
    from accounts import clock
    from bench import asking
    from surveys.models import AskingPolicy, Invitation
    from surveys.services import plan_invitations

    with scratch_database("judging"):
        asking.prepare(rows)
        AskingPolicy.objects.update(days_late=100)
        plan_invitations()
        now = at_noon(clock.now() + timedelta(days=9))
        run_sql("CREATE TABLE due AS SELECT * FROM surveys_invitation WHERE trigger_id IS NOT NULL")
        due = Invitation.objects.due(now).count()
        judgings, fetches = [], []
        for _ in range(rounds):
            run_sql(AGAIN)
            seconds, fetched = timed(lambda: fetch_all(now, batch))
            assert fetched == due, f"fetched {fetched} of {due}"
            fetches.append(seconds)
            seconds, judged = timed(lambda: judge_all(now, batch))
            assert judged.total == due, f"judged {judged.total} of {due}"
            judgings.append(seconds)
    seconds, bare = median(judgings), median(fetches)
    print(f"# asked {judged.asked:,}, deferred {judged.deferred:,}, suppressed {judged.suppressed:,}", flush=True)
    name = f"judge {due:,} due invitations, rows/s (within 3 x)"
    yield name, f"{due / seconds:,.0f}", f"{due / bare:,.0f}", f"{seconds / bare:.1f} x"


def main():
    import django

    django.setup()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batch", type=int, default=500)
    options = parser.parse_args()
    for figure in run(options.rows, options.rounds, options.batch):
        print(" | ".join(figure))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")
    main()
