"""What the arms of an experiment show: how many answered, how far apart, and what may be said of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from analytics import top_share
from analytics.clusters import CHANCE
from analytics.counts import ENOUGH, Counts
from analytics.estimates import Difference, Interval
from analytics.formulas.exact import chance_of_at_least
from analytics.formulas.sample_sizes import smallest_share_difference
from analytics.formulas.step_down import holm
from analytics.verdicts import Change


@dataclass(frozen=True, slots=True)
class ArmTally:
    """Contacts of one arm, each counted once by the first ask; `scores` are those of the `answered`."""

    asked: int = 0
    delivered: int = 0
    answered: int = 0
    scores: Counts = field(default_factory=Counts)

    @property
    def answers(self) -> Counts:
        """The same as counts of a share: who answered is good, who did not is bad."""
        return Counts(self.answered, 0, self.asked - self.answered)

    @property
    def rate(self) -> float | None:
        """The response rate in per cent; None where nobody was asked."""
        return top_share.value(self.answers)

    @property
    def interval(self) -> Interval | None:
        """Wilson's interval of the rate."""
        return top_share.interval(self.answers)


@dataclass(frozen=True, slots=True)
class ArmVerdict:
    """How far the rate of an arm lies above that of the first one (Newcombe's interval), and what may be said of it.

    `chance` is exact (Fisher 1935) and Holm's, over all arms of the experiment; None where too few were asked.
    """

    difference: Difference | None
    chance: float | None
    standing: Change


def judge(arms: Sequence[ArmTally]) -> list[ArmVerdict]:
    """Return the verdict over each arm but the first, all held against the first one.

    Where no arms differ, anything is said of any in at most 5 of 100 experiments, if they are judged once. Arms of
    fewer than 30 asked are too few, and so are all where the first has fewer.
    """
    first, *others = arms
    differences = [
        top_share.difference(arm.answers, first.answers) if min(arm.asked, first.asked) >= ENOUGH else None
        for arm in others
    ]
    exact = [_chance(arm, first) for arm, difference in zip(others, differences, strict=True) if difference]
    chances = iter(holm(exact))
    return [_verdict(difference, next(chances) if difference else None) for difference in differences]


def _chance(ours: ArmTally, theirs: ArmTally) -> float:
    """Return twice the smaller of the exact chances of as many answers or more on either side, at most 1."""
    answered, asked = ours.answered + theirs.answered, ours.asked + theirs.asked
    return min(1.0, 2 * min(chance_of_at_least(arm.answered, arm.asked, answered, asked) for arm in (ours, theirs)))


def _verdict(difference: Difference | None, chance: float | None) -> ArmVerdict:
    if difference is None or chance is None:
        return ArmVerdict(None, None, Change.TOO_FEW)
    if chance > CHANCE or difference.interval.holds_zero:
        return ArmVerdict(difference, chance, Change.UNCLEAR)
    return ArmVerdict(difference, chance, Change.UP if difference.points > 0 else Change.DOWN)


def smallest_seen(asked: int, shares: Sequence[int], rate: float) -> float | None:
    """Return from how many points on a difference to the first arm is seen 8 times of 10, for the arm that sees least.

    `asked` in all arms together, which have these shares; `rate` (0 … 1) of them answer. None where an arm has nobody.
    """
    first, *others = (asked * share // sum(shares) for share in shares)
    return smallest_share_difference(rate, min(others), first, chance=CHANCE / len(others))
