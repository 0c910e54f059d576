"""Replay the touchpoints of 90 days dry, against fetching the same facts in bulk and judging nothing.

    python -m bench.dryrun [--rows 100000] [--rounds 3]

Works in a database of its own beside DATABASE_URL, made anew and dropped at the end.
"""

import argparse
import os
from datetime import timedelta
from statistics import median

from bench.planning import timed
from bench.scratch import scratch_database


def replay(trigger):
    from accounts import clock
    from surveys.judging.dryrun import dry_run
    from surveys.judging.facts import policy_in_force

    return timed(lambda: dry_run(trigger, policy_in_force(), now=clock.now()))


def fetch_only(trigger):
    from accounts import clock
    from surveys.judging.dryrun import DAYS, Replay, touchpoints_of
    from surveys.judging.facts import policy_in_force

    since = clock.now() - timedelta(days=DAYS)
    return timed(lambda: Replay(policy_in_force(), since, trigger).fetch(touchpoints_of(trigger, since, clock.now())))


def run(rows, rounds):
    """Yield (name, value, baseline, ratio): medians of interleaved rounds."""
    from bench import asking

    with scratch_database("dryrun"):
        trigger = asking.prepare(rows)
        replays, fetches = [], []
        for _ in range(rounds):
            seconds, found = replay(trigger)
            replays.append(seconds)
            fetches.append(fetch_only(trigger)[0])
    seconds, bare = median(replays), median(fetches)
    print(f"# asked {found.asked:,}, refused {found.refused.total():,}, waiting {found.waiting:,}", flush=True)
    name = f"dry run of {found.touchpoints:,} touchpoints, s (at most 20)"
    yield name, f"{seconds:.2f}", f"{bare:.2f}", f"{seconds / bare:.1f} x"


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
