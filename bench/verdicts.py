"""How often a page on which nothing differs carries a verdict, and how often a bad manager is found.

    python -m bench.verdicts [PAGES]

Draws pages like those of a company with ten managers, four channels and eight products, and judges them as the
dashboard does. Prints shares of pages; needs neither servers nor a database.
"""

import sys
from random import Random

from analytics import verdicts
from tests.analytics.test_verdicts import APART, MANAGERS, labelled, page

YEARS_OF_MONTHS = 12


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    dice = Random(2026)
    print(f"one family per page, false discoveries at most {verdicts.FALSE_DISCOVERIES:.0%}; {pages} pages each")
    for answers in (1600, 180):
        found = [page(dice, answers) for _ in range(pages)]
        rows = sum(any(labelled(row) for rows in each.rows for row in rows) for each in found)
        arrows = sum(each.number in APART or each.rate in APART for each in found)
        print(
            f"  nothing differs, {answers} answers: {rows / pages:.1%} with a label, {arrows / pages:.2%} with an arrow"
        )
        print(f"    of years of monthly looks with a false arrow: {1 - (1 - arrows / pages) ** YEARS_OF_MONTHS:.1%}")
    for bad in (0, 3, 6, 8):
        found_bad = innocent = 0
        for _ in range(pages // 4):
            managers = page(dice, 1600, bad).rows[0]
            found_bad += managers[bad].standing is verdicts.Change.DOWN
            innocent += any(labelled(row) for place, row in enumerate(managers) if place != bad)
        share = MANAGERS[bad] / sum(MANAGERS)
        print(
            f"  one manager 30 points lower, about {1600 * share:.0f} answers: found on {found_bad / (pages // 4):.1%},"
            f" an innocent one labelled on {innocent / (pages // 4):.1%}"
        )


if __name__ == "__main__":
    main()
