"""How long it takes to judge a page with very many rows.

    python -m bench.families [MANAGERS]

Draws the counts of so many managers, some of whom stand far apart, and judges the page as the dashboard does, once for
NPS and once for CSAT. Prints milliseconds; needs neither servers nor a database.
"""

import sys
from random import Random
from statistics import median
from time import process_time

from analytics import nps, top_share, verdicts
from analytics.counts import Counts

USUAL, WEAK = (58, 29, 13), (20, 30, 50)
ANSWERS = 300
ROUNDS = 7


def main() -> None:
    managers = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    dice = Random(2026)
    table = [(_drawn(dice, place % 200 == 0), _drawn(dice)) for place in range(managers)]
    headline = (sum((now for now, _before in table), Counts()), sum((before for _now, before in table), Counts()))
    for name, arithmetic in (("nps", nps), ("csat", top_share)):
        times = []
        for _ in range(ROUNDS):
            started = process_time()
            verdicts.judge(arithmetic, headline, [table])
            times.append(1000 * (process_time() - started))
        print(f"judging a page of {managers} rows, {name} | {median(times):.0f} ms")


def _drawn(dice: Random, is_weak: bool = False) -> Counts:
    found = dice.choices(range(3), WEAK if is_weak else USUAL, k=ANSWERS)
    return Counts(found.count(0), found.count(1), found.count(2))


if __name__ == "__main__":
    main()
