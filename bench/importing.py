"""Look at all rows of an import, take them, and undo it, against one bare INSERT … SELECT of the same records.

    python -m bench.importing [--rows 100000] [--small 5000]

Half of the rows are contacts with an e-mail address, half are won deals of them, each of which leaves a touchpoint; one
row in a thousand is bad. All is done as a worker does it, from files that lie in the database. The baseline writes
the same rows into the same tables, with their indexes, checks and triggers. Memory is the peak of the process after
an import of `--small` rows and after the large one. Printed too is what the page that matches columns reads of a file
at its limit, against the whole of it. Works in a database of its own beside DATABASE_URL, dropped at the end.
"""

import argparse
import os
import resource
import time

from bench.scratch import scratch_database

TABLES = ("crm_contact", "crm_contactaddress", "crm_deal", "crm_touchpoint")
MAPPING = """
source = "bench"
[[table]]
file = "contacts.csv"
to = "contact"
columns = { external_id = "id", first_name = "name", last_name = "surname", email = "mail", region = "region" }
[[table]]
file = "deals.csv"
to = "deal"
columns = { external_id = "id", contact = "who", title = "title", status = "status", amount = "sum", closed_at = "at" }
"""
MEGABYTE = 1024 * 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--small", type=int, default=5_000)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")
    with scratch_database("importing"):
        report(options)


def report(options):
    print("what | value | baseline | ratio")
    whole(options.small)
    before = peak()
    looked, taken, undone, written, bare = whole(options.rows)
    for what, seconds in (("rows looked at", looked), ("rows imported", taken), ("records removed by undo", undone)):
        count = written if what.startswith("records") else options.rows
        value, baseline = count / seconds, written / bare
        print(
            f"{what}, of {options.rows:,} | {value:,.0f}/s | {baseline:,.0f} records/s written bare"
            f" | {value / baseline:.2f}",
            flush=True,
        )
    print(
        f"memory after {options.rows:,} rows | {peak():.0f} MB | {before:.0f} MB after {options.small:,}"
        f" | {peak() / before:.2f}",
        flush=True,
    )
    # Last, for it is what takes most memory.
    match_page()


def whole(rows):
    """Look at, take and undo an import of so many rows; return seconds of each, records and seconds of the baseline."""
    from accounts.models import User
    from crm.imports import undo

    person, _made = User.objects.get_or_create(email="bench@plumb.example", defaults={"name": "Bench"})
    run = prepared(rows)
    looked = worked(run, "check")
    taken = worked(run, "take")
    written = kept()
    undo.ask(run, by=person)
    undone = timed_run()
    run.refresh_from_db()
    assert run.undone["removed"] == run.total("created")
    assert not any(count(table) for table in TABLES)
    return looked, taken, undone, written, baseline()


def prepared(rows):
    from crm.models import ImportFile, ImportRun

    run = ImportRun.objects.create(mapping=MAPPING, source="bench", status="draft")
    for name, text in (("contacts.csv", contacts(rows // 2)), ("deals.csv", deals(rows // 2))):
        ImportFile.objects.create(run=run, name=name, content=text.encode())
    return run


def contacts(rows):
    lines = (
        f"{'' if n % 1000 == 999 else f'K{n}'},Žemyna,Petraitė {n},customer{n}@shop.example,LT" for n in range(rows)
    )
    return "\n".join(["id,name,surname,mail,region", *lines, ""])


def deals(rows):
    lines = (f"D{n},K{n},Widgets {n},won,{n % 900 + 100}.50,2026-05-04" for n in range(rows))
    return "\n".join(["id,who,title,status,sum,at", *lines, ""])


def worked(run, task):
    from crm.imports import runs

    assert runs.hand_over(run, task)
    seconds = timed_run()
    run.refresh_from_db()
    assert not run.error, run.error
    return seconds


def timed_run():
    from crm.imports import runs

    started = time.perf_counter()
    assert runs.run_due() == 1
    return time.perf_counter() - started


def kept():
    """Keep the records that were written for the baseline; return how many they are."""
    for table in TABLES:
        execute(f"CREATE TABLE kept_{table} AS TABLE {table}")
    return sum(count(table) for table in TABLES[::2])


def baseline():
    started = time.perf_counter()
    for table in TABLES:
        names = ", ".join(columns(table))
        execute(f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {names} FROM kept_{table}")
    seconds = time.perf_counter() - started
    for table in TABLES:
        execute(f"DROP TABLE kept_{table}")
    execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
    return seconds


def match_page():
    """Print how long the first rows of a file at the limit take, by its beginning and by all of it."""
    from crm.imports import drafts
    from crm.imports.files import uploads
    from crm.imports.plans import FilePlan, ImportPlan, looked_at
    from crm.imports.preview import preview
    from crm.models import ImportFile, ImportRun

    text = contacts(500_000).encode()[: 25 * MEGABYTE]
    run = ImportRun.objects.create(status="draft")
    ImportFile.objects.create(run=run, name="contacts.csv", content=text)
    one = looked_at(uploads({"contacts.csv": text}), FilePlan("contacts.csv"))
    plan, known = ImportPlan(files=[one]).text(), {one.name: one.encoding_found}

    def seconds(work):
        started = time.perf_counter()
        work()
        return time.perf_counter() - started

    now = min(seconds(lambda: preview(plan, drafts.beginnings(run), rows=10, encodings=known)) for _round in range(5))
    before = min(seconds(lambda: preview(plan, drafts.wholes(run), rows=10)) for _round in range(5))
    print(
        f"first rows of a file of 25 MB | {now * 1000:.0f} ms | {before * 1000:.0f} ms | {now / before:.2f}", flush=True
    )
    run.delete()


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def execute(statement):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def count(table):
    return execute(f"SELECT count(*) FROM {table}")[0][0]


def columns(table):
    found = execute(
        f"SELECT quote_ident(column_name) FROM information_schema.columns WHERE table_schema = 'public'"
        f" AND table_name = '{table}' AND is_generated = 'NEVER' ORDER BY ordinal_position"
    )
    return [name for (name,) in found]


if __name__ == "__main__":
    main()
