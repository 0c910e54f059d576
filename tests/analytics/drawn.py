"""Drawing pages of a company with ten managers, four channels and eight products, and judging them."""

from collections import defaultdict
from math import sqrt

from analytics import nps, spread, verdicts
from analytics.clusters import ClusterSums, Spread
from analytics.counts import Counts
from analytics.spread import Answers

MANAGERS = (16, 14, 13, 12, 11, 10, 8, 7, 5, 4)
CHANNELS = (4, 3, 2, 1)
PRODUCTS = (25, 20, 15, 12, 10, 8, 6, 4)
USUAL, BAD = (58, 29, 13), (43, 29, 28)
WORTHS = (1, 0, -1)


def of(answers):
    """Clustered answers, each given as its account and what it is worth, as they are compared."""
    answers = list(answers)
    worths = [worth for _account, worth in answers]
    return Answers(Counts(*(worths.count(worth) for worth in WORTHS)), Spread.of(ClusterSums.of(answers)))


def worths(dice, accounts, shares_of, icc):
    """What the answers of `accounts` are worth; two of one account are correlated by `icc`.

    Either answer is, with the chance of its root, what the account as a whole thinks. `shares_of` gives the weights of
    +1, 0 and −1 of an account.
    """
    thinks = {}
    for account in accounts:
        (own,) = dice.choices(WORTHS, shares_of(account))
        if icc and dice.random() < sqrt(icc):
            own = thinks.setdefault(account, own)
        yield own


def page(dice, number, bad=None, *, icc=0.0, per_account=1.0):
    """Judge a page of about `number` answers; manager `bad` lies 30 points lower.

    Each account has one manager, and `per_account` answers on average, some many more than others.
    """
    now, before = (_tables(dice, number, bad, icc, per_account) for _period in range(2))
    pairs = [list(zip(*both, strict=True)) for both in zip(now[1:], before[1:], strict=True)]
    rate = tuple(Answers(_answered(dice, number)) for _period in ("now", "before"))
    return verdicts.judge(nps, (now[0][0], before[0][0]), pairs, rate)


def _answered(dice, number):
    """Of four times as many people a quarter answered, more or less: good; the others did not: bad."""
    good = sum(dice.random() < 0.25 for _ in range(4 * number))
    return Counts(good, 0, 4 * number - good)


def _tables(dice, number, bad, icc, per_account):
    """The answers of all, and by manager, channel and product."""
    owners = dice.choices(range(len(MANAGERS)), MANAGERS, k=max(1, round(number / per_account)))
    if per_account == 1:
        accounts = list(range(len(owners)))
    else:
        sizes = [0.2 + dice.expovariate(1) for _owner in owners]
        accounts = dice.choices(range(len(owners)), sizes, k=number)
    found = list(
        zip(accounts, worths(dice, accounts, lambda one: BAD if owners[one] == bad else USUAL, icc), strict=True)
    )
    members = [
        [owners[account] for account in accounts],
        *(dice.choices(range(len(sizes)), sizes, k=len(accounts)) for sizes in (CHANNELS, PRODUCTS)),
    ]
    tables = [[of(found)]]
    for places, sizes in zip(members, (MANAGERS, CHANNELS, PRODUCTS), strict=True):
        rows = defaultdict(list)
        for place, one in zip(places, found, strict=True):
            rows[place].append(one)
        tables.append([of(rows[place]) for place in range(len(sizes))])
    return tables


def covering(dice, draws, *, accounts, answers, icc, shares=USUAL, is_even=True):
    """In what share of draws the truth lies in the printed interval, and in that of strangers.

    Each draw has `answers` of so many `accounts`: as many of each, or of some many more than of others.
    """
    truth = 100 * (shares[0] - shares[2]) / sum(shares)
    robust = naive = 0
    for _draw in range(draws):
        sizes = [1.0 if is_even else 0.2 + dice.expovariate(1) for _account in range(accounts)]
        places = [place % accounts for place in range(answers)]
        if not is_even:
            places = dice.choices(range(accounts), sizes, k=answers)
        drawn = of(zip(places, worths(dice, places, lambda _account: shares, icc), strict=True))
        printed, alone = spread.interval(nps, drawn), nps.interval(drawn.counts)
        robust += printed.low <= truth <= printed.high
        naive += alone.low <= truth <= alone.high
    return robust / draws, naive / draws
