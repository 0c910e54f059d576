"""The inbox with very many open follow-ups against the same page with few, and many worked at once against one UPDATE.

    python -m bench.inbox [--rows 100000] [--rounds 40]

Works in a database of its own beside DATABASE_URL, dropped at the end. A page is a whole request through all
middleware, of a manager who sees all teams, with eight saved queues; each round opens one of them, the rarest
of which holds one follow-up in five hundred. The cache is emptied before every tenth page, so that counts which are
kept for half a minute are paid for as often as at a page every three seconds.
"""

import argparse
import itertools
import os
import random
import statistics
import time
from datetime import timedelta
from uuid import uuid4

from bench.dashboard import log_in, p95
from bench.planning import run_sql
from bench.scratch import collected_static, new_survey, scratch_database

FEW, BULK = 1000, 1000
QUEUES = [
    "tab=all",
    "tab=all&category=detractor",
    "tab=all&category=promoter&comment=no",
    "tab=all&language=lt",
    "tab=all&product={rare}",
    "tab=all&amount=9000",
    "tab=all&topic={topic}",
    "tab=all&due=overdue&status=new",
    "tab=all&language=ru&category=passive&amount=5000",
]


def fill(rows):
    """Make so many open follow-ups, and return a manager's client, that manager, other people and the queues."""
    from accounts.models import Team, User
    from crm.models import Product
    from followups.models import SavedQueue
    from responses.models import Topic

    teams = [Team.objects.create(name=f"Team {number}") for number in range(5)]
    products = [Product.objects.create(name=f"Product {number}") for number in range(8)]
    people = [
        User.objects.create_user(f"p{number}@plumb.example", name=f"P{number}", team=teams[number % 5])
        for number in range(20)
    ]
    client, topic = log_in(), Topic.objects.first()
    person = User.objects.get(email="bench@plumb.example")
    open_followups(answers(rows, products, topic), teams, people)
    queries = [query.format(rare=products[0].pk, topic=topic.pk) for query in QUEUES]
    SavedQueue.objects.bulk_create(SavedQueue(owner=person, name=query[:60], query=query) for query in queries[1:])
    run_sql("VACUUM ANALYZE")
    return client, person, people, queries


def answers(rows, products, topic):
    from django.utils import timezone

    from crm.models import Contact
    from responses.models import Entry, Response, ResponseTopic
    from surveys.models import Origin, SurveyVersion

    survey, now = new_survey(), timezone.now()
    entry = Entry.objects.create(kind=Entry.Kind.IMPORT, origin=Origin.IMPORTED)
    said = {"survey": survey, "version": SurveyVersion.objects.get(), "kind": survey.kind, "entry": entry}
    said |= {"origin": Origin.IMPORTED, "settled_at": now, "routed_at": now}
    contacts = Contact.objects.bulk_create(
        [Contact(last_name=f"C{number}", language="en") for number in range(rows)], batch_size=5000
    )
    found = Response.objects.bulk_create(
        [
            Response(
                **said,
                contact=contact,
                score=random.randint(0, 10),
                comment=random.choice(["", "It came late."]),
                language=random.choices(["en", "uk", "ru", "lt"], [50, 30, 19, 1])[0],
                product=products[0] if number % 500 == 0 else random.choice(products[1:]),
            )
            for number, contact in enumerate(contacts)
        ],
        batch_size=5000,
    )
    ResponseTopic.objects.bulk_create(
        [ResponseTopic(response=answer, topic=topic, source="tapped") for answer in found[::20]], batch_size=5000
    )
    return found


def open_followups(found, teams, people):
    from django.utils import timezone

    from followups.models import Followup

    now = timezone.now()
    Followup.objects.bulk_create(
        [
            Followup(
                response=answer,
                team=random.choice(teams),
                assignee=random.choice([None, *people]),
                priority=random.choice([1, 2, 3]),
                first_contact_due_at=now,
                resolve_due_at=now,
                next_due_at=now + timedelta(hours=random.randint(-200, 200)),
                worth=random.randint(0, 10_000),
                value=random.uniform(1, 16),
            )
            for answer in found
        ],
        batch_size=5000,
    )


def pages(client, queries, rounds):
    """Return the seconds of each page, every queue as often."""
    from django.core.cache import cache

    taken = []
    for number, query in enumerate(itertools.islice(itertools.cycle(queries), rounds + len(queries))):
        if number % 10 == 0:
            cache.clear()
        started = time.perf_counter()
        answer = client.get(f"/inbox/?{query}", secure=True)
        taken.append(time.perf_counter() - started)
        assert answer.status_code == 200, answer.status_code
    return taken[len(queries) :]


def assigned_in_bulk(person, people, keys):
    from followups import bulk
    from followups.models import BulkDeed

    taken = []
    for to in people[:6]:
        started = time.perf_counter()
        deed = bulk.do(keys, lambda row, to=to: row.as_assigned(to), kind=BulkDeed.Kind.ASSIGN, key=uuid4(), by=person)
        taken.append(time.perf_counter() - started)
        assert deed.size == len(keys)
    return statistics.median(taken)


def updated(people, keys):
    from followups.models import Followup

    taken = []
    for to in people[6:12]:
        started = time.perf_counter()
        assert Followup.objects.filter(pk__in=keys).update(assignee=to) == len(keys)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def page_seconds(rows, rounds):
    with scratch_database("inbox"):
        client, _person, _people, queries = fill(rows)
        return p95(pages(client, queries, rounds))


def run(rows, rounds):
    """Yield (name, value, baseline, ratio) of each figure."""
    from followups.models import Followup

    few = page_seconds(FEW, rounds)
    with scratch_database("inbox"):
        client, person, people, queries = fill(rows)
        many = p95(pages(client, queries, rounds))
        yield (
            f"inbox page, any of nine lists, p95, {rows:,} open follow-ups; with {FEW:,}",
            f"{1000 * many:.0f} ms", f"{1000 * few:.0f} ms", f"{many / few:.2f} ×",
        )  # fmt: skip
        Followup.objects.update(assignee=None)
        run_sql("VACUUM ANALYZE followups_followup")
        keys = list(Followup.objects.order_by("urgent_at").values_list("pk", flat=True)[:BULK])
        bare = updated(people, keys)
        bulk = assigned_in_bulk(person, people, keys)
        yield (
            f"{BULK:,} follow-ups assigned, told, kept for undo; one UPDATE of the same rows",
            f"{1000 * bulk:.0f} ms", f"{1000 * bare:.0f} ms", f"{bulk / bare:.1f} ×",
        )  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=90)
    options = parser.parse_args()
    random.seed(1)
    with collected_static():
        for figure in run(options.rows, options.rounds):
            print(" | ".join(figure), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")
    main()
