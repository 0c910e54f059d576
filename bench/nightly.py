"""What the worker does of a night for the pages of numbers, one after the other, with 1,000,000 answers.

    python -m bench.nightly [--rows 1000000]

The dictionary was changed, so every comment is read anew; customers have tapped the topics of one comment in ten; and
the number of all, of each manager, each channel and each product is watched. Works in a database of its own beside
DATABASE_URL, dropped at the end. One process with one connection: it keeps one core busy, be it Python's or
PostgreSQL's.
"""

import argparse
import os

from bench.dashboard import prepare
from bench.planning import run_sql
from bench.scratch import scratch_database
from bench.tagging import fill, publish_a_change, seconds, tag_all

GOAL = "300 s"
TAPPED = """
UPDATE responses_responsetopic SET source = 'tapped', version = NULL WHERE response_id % 10 = 0;
VACUUM ANALYZE responses_response;
VACUUM ANALYZE responses_responsetopic
"""


def watch_everything():
    """Let somebody watch every number there is; return how many are watched."""
    from accounts.models import User
    from analytics.models import BREAKDOWNS, Dimension, Rollup, WatchedSeries

    rows = Rollup.objects.filter(dimension__in=[Dimension.ALL, *BREAKDOWNS], span=Rollup.Span.MONTH)
    members = rows.values_list("dimension", "member_id").distinct()
    made = WatchedSeries.objects.bulk_create(
        WatchedSeries(metric="nps", dimension=dimension, member_id=member) for dimension, member in members
    )
    watcher = User.objects.create_user("bench@plumb.example", name="Bench")
    for series in made:
        series.watchers.add(watcher)
    return len(made)


def run(rows):
    """Yield (name, value, baseline, ratio) of each figure; the baseline of the sum is what it may take."""
    with scratch_database("nightly"):
        from analytics import services
        from responses.topics import upkeep

        prepare(rows)
        fill()
        run_sql("VACUUM ANALYZE responses_response")
        tag_all()
        run_sql(TAPPED)
        publish_a_change()
        watched = watch_everything()
        works = [
            ("reading all comments anew", upkeep.retag),
            ("proposing words", services.propose_words),
            ("measuring the spreads of all months", services.measure_spreads),
            (f"watching {watched} numbers", services.watch_numbers),
        ]
        total = 0.0
        for name, work in works:
            taken = seconds(work)
            total += taken
            yield f"{name}, {rows:,} answers", f"{taken:.1f} s", "–", "–"
        yield f"all of the night, {rows:,} answers", f"{total:.1f} s", GOAL, f"{total / float(GOAL[:-2]):.2f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    for figure in run(parser.parse_args().rows):
        print(" | ".join(figure), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")
    main()
