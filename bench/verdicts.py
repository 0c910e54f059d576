"""How often a page on which nothing differs carries a verdict, a bad manager is found, and an interval holds the truth.

    python -m bench.verdicts [PAGES]

Draws pages like those of a company with ten managers, four channels and eight products, and judges them as the
dashboard does. Prints shares of pages; needs neither servers nor a database.
"""

import sys
from random import Random

from analytics import verdicts
from tests.analytics.drawn import MANAGERS, covering, page
from tests.analytics.test_verdicts import APART, labelled

YEARS_OF_MONTHS = 12


# Answers of one account are correlated by so much, and an account gives so many.
CLUSTERED = {"icc": 0.3, "per_account": 3.4}


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    dice = Random(2026)
    print_coverage(dice, 4 * pages)
    print(f"one family per page, false discoveries at most {verdicts.FALSE_DISCOVERIES:.0%}; {pages} pages each")
    for answers, how in ((1600, {}), (180, {}), (1600, CLUSTERED), (180, CLUSTERED)):
        found = [page(dice, answers, **how) for _ in range(pages)]
        rows = sum(any(labelled(row) for rows in each.rows for row in rows) for each in found)
        arrows = sum(each.number in APART or each.rate in APART for each in found)
        kind = "answers of accounts" if how else "answers"
        print(
            f"  nothing differs, {answers} {kind}: {rows / pages:.1%} with a label, {arrows / pages:.2%} with an arrow"
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


def print_coverage(dice: Random, draws: int) -> None:
    print(f"95 % intervals that hold the truth, of {draws} draws: as printed; as if all were strangers")
    for icc in (0.0, 0.3):
        for accounts, answers in ((10, 40), (20, 60), (50, 200), (100, 340), (300, 1000)):
            for is_even in (True, False):
                found = covering(dice, draws, accounts=accounts, answers=answers, icc=icc, is_even=is_even)
                sizes = "as many each" if is_even else "unequal"
                print(f"  ICC {icc}, {answers} answers of {accounts} accounts, {sizes}: {found[0]:.1%}; {found[1]:.1%}")


if __name__ == "__main__":
    main()
