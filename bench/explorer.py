"""Finding answers by words and taking them along, against reading them one after the other and against COPY.

    python -m bench.explorer [--rows 1000000] [--rounds 15]

Works in a database of its own beside DATABASE_URL, made anew and dropped at the end. One comment in two hundred holds
the words that are looked for. A page is a whole request through all middleware.
"""

import argparse
import io
import os
import statistics
import time

from bench.dashboard import log_in, p95, prepare
from bench.planning import run_sql
from bench.scratch import collected_static, scratch_database

EXPORTED = 100_000
RARE = """
UPDATE responses_response SET comment = 'The delivery van came three days late and nobody had called.'
WHERE id % 200 = 0;
VACUUM ANALYZE responses_response
"""
PAGES = ["?period=24m&q=deliveries", "?period=24m&q=deliveries&category=detractor", "?period=24m&q=“three days” -happy"]
# The baseline of a search: every comment is read.
READ_ALL = "SELECT id FROM responses_response WHERE NOT is_provisional AND comment ILIKE '%deliver%'"
# The baseline of a file: the same columns and joins, written by PostgreSQL.
COPIED = "COPY ({}) TO STDOUT WITH (FORMAT csv)"


def seconds(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def look(client, page):
    answer = client.get("/answers/" + page, secure=True)
    assert answer.status_code == 200, answer.status_code
    assert answer.context is None or answer.context["all"] > 0


def read_all():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute(READ_ALL)
        assert cursor.fetchall()
        cursor.execute("RESET max_parallel_workers_per_gather")


def newest():
    """Return the newest answers, as a set that may still be ordered."""
    from responses.models import Response

    counted = Response.objects.counted()
    moments = counted.order_by("-answered_at").values_list("answered_at", flat=True)
    return counted.filter(answered_at__gte=moments[min(EXPORTED, len(moments)) - 1])


def write_csv(found):
    from analytics.explorer import spreadsheets
    from responses.word_access import EVERYTHING

    assert sum(map(len, spreadsheets.csv_lines(found, EVERYTHING, marked=False))) > 0


def copy(found):
    from django.db import connection

    from analytics.explorer import columns
    from responses.word_access import EVERYTHING

    statement, values = columns.rows(found, EVERYTHING).query.sql_with_params()
    with connection.cursor() as cursor:
        query = cursor.mogrify(statement, values).decode()
        cursor.copy_expert(COPIED.format(query), io.StringIO())


def run(rows, rounds):
    """Yield (name, value, baseline, ratio) of each figure."""
    with scratch_database("explorer"):
        prepare(rows)
        run_sql(RARE)
        client = log_in()
        taken = [seconds(lambda n=n: look(client, PAGES[n % len(PAGES)])) for n in range(rounds + len(PAGES))]
        page, all_read = p95(taken[len(PAGES) :]), statistics.median(seconds(read_all) for _ in range(5))
        yield (
            f"page of answers with a search in words, p95, {rows:,} answers; ILIKE over all of them",
            f"{1000 * page:.0f} ms", f"{1000 * all_read:.0f} ms", f"{page / all_read:.2f}",
        )  # fmt: skip
        found, files, copies = newest(), [], []
        for _ in range(3):
            files.append(seconds(lambda: write_csv(found)))
            copies.append(seconds(lambda: copy(found)))
        file, copied = statistics.median(files), statistics.median(copies)
        yield (
            f"{EXPORTED:,} answers as CSV; COPY of the same columns",
            f"{file:.1f} s", f"{copied:.1f} s", f"{copied / file:.0%} of its rows/s",
        )  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    with collected_static():
        for figure in run(options.rows, options.rounds):
            print(" | ".join(figure), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")
    main()
