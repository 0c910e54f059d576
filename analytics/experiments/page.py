"""The experiments as their pages print them: the list, and one with its arms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from analytics.arithmetic import ARITHMETIC
from analytics.counts import FEW
from analytics.dashboard import numbers, whiskers, words
from analytics.dashboard.whiskers import Axis, Whisker
from analytics.estimates import Interval
from analytics.experiments import asks, links, treatments
from analytics.experiments.asks import GONE_OUT, AskedSoFar, Drawn, Phase
from analytics.experiments.results import ArmTally, ArmVerdict, judge, smallest_seen
from analytics.formulas.balance import chance_of_counts
from analytics.verdicts import Change
from surveys.models import Experiment, ExperimentArm

# Where chance alone spreads the arms so unevenly that rarely, something else did it.
UNBALANCED = 0.001
# What is reckoned with where a survey has no answers yet: it takes the most.
WIDEST_RATE = 0.5
SHOWN = (Phase.OVER, Phase.CUT_SHORT)
BEGUN = (Phase.DRAWING, Phase.WAITING, *SHOWN)


@dataclass(frozen=True, slots=True)
class ExperimentLine:
    """One experiment in the list."""

    experiment: Experiment
    phase: Phase
    state: str
    asked: str


@dataclass(frozen=True, slots=True)
class ArmLine:
    """One arm; what is not to be shown yet is empty."""

    arm: ExperimentArm
    does: list[str]
    asked: str
    delivered: str
    answered: str
    url: str
    rate: str
    ends: str
    whisker: Whisker | None
    difference: str
    difference_ends: str
    standing: str
    score: str
    score_ends: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was counted of an experiment. `verdicts` are those over the arms but the first."""

    experiment: Experiment
    arms: Sequence[ExperimentArm]
    phase: Phase
    progress: AskedSoFar
    tallies: Sequence[ArmTally]
    verdicts: Sequence[ArmVerdict]
    drawn: Drawn

    @property
    def is_shown(self) -> bool:
        return self.phase in SHOWN


def read(experiment: Experiment, now: datetime) -> Found:
    arms = list(experiment.arms.order_by("pk"))
    progress = asks.asked_so_far([experiment]).get(experiment.pk, AskedSoFar())
    phase = asks.phase(experiment, progress, now)
    tallies = asks.tallies(experiment, arms) if phase in BEGUN else [ArmTally() for _arm in arms]
    return Found(
        experiment=experiment,
        arms=arms,
        phase=phase,
        progress=progress,
        tallies=tallies,
        verdicts=judge(tallies) if phase is Phase.OVER else [],
        drawn=asks.drawn(experiment, arms, now if phase in SHOWN else now - GONE_OUT) if phase in BEGUN else Drawn(),
    )


def lines(experiments: Iterable[Experiment], now: datetime) -> list[ExperimentLine]:
    rows = list(experiments)
    known = asks.asked_so_far(rows)
    found = []
    for experiment in rows:
        progress = known.get(experiment.pk, AskedSoFar())
        phase = asks.phase(experiment, progress, now)
        found.append(ExperimentLine(experiment, phase, _state(phase), numbers.thousands(progress.asked)))
    return found


def contents(found: Found, now: datetime) -> dict[str, Any]:
    """Return everything that the template prints of one experiment."""
    experiment = found.experiment
    return {
        "experiment": experiment,
        "words": words.of(experiment.survey.metric),
        "phase": found.phase.value,
        "state": _state(found.phase),
        "has_begun": found.phase in BEGUN,
        "is_shown": found.is_shown,
        "waiting": found.progress.waiting,
        "lines": _arm_lines(found),
        "verdicts": list(_sentences(found)),
        "power": _power(found, now),
        "imbalance": _imbalance(found.drawn),
    }


def _state(phase: Phase) -> str:
    return {
        Phase.DRAFT: _("Draft: not started"),
        Phase.AHEAD: _("Has not begun yet"),
        Phase.DRAWING: _("Under way: no verdict yet"),
        Phase.WAITING: _("Nobody new is asked; the last answers are awaited"),
        Phase.OVER: _("Over: the verdict stands"),
        Phase.CUT_SHORT: _("Ended before its plan: no verdict"),
    }[phase]


def _arm_lines(found: Found) -> list[ArmLine]:
    axis = whiskers.axis_of([tally.interval for tally in found.tallies if tally.interval], None)
    verdicts: list[ArmVerdict | None] = [None, *found.verdicts] if found.verdicts else [None] * len(found.arms)
    return [
        _arm_line(found, arm, tally, verdict, axis)
        for arm, tally, verdict in zip(found.arms, found.tallies, verdicts, strict=True)
    ]


def _arm_line(found: Found, arm: ExperimentArm, tally: ArmTally, verdict: ArmVerdict | None, axis: Axis) -> ArmLine:
    metric = found.experiment.survey.metric
    arithmetic, named = ARITHMETIC[metric], words.of(metric)
    difference = verdict.difference if verdict else None
    interval = tally.interval if found.is_shown and tally.asked >= FEW else None
    score = arithmetic.value(tally.scores) if found.is_shown and tally.scores.n >= FEW else None
    return ArmLine(
        arm=arm,
        does=treatments.words(arm, found.experiment),
        asked=numbers.thousands(tally.asked),
        delivered=numbers.thousands(tally.delivered),
        answered=numbers.thousands(tally.answered),
        url=links.of_arm(arm, found.experiment) if tally.answered else "",
        rate=numbers.percent(tally.rate) if interval else numbers.NOTHING,
        ends=_ends(interval),
        whisker=whiskers.strip(interval, tally.rate, axis) if interval and tally.rate is not None else None,
        difference=numbers.signed(difference.points if difference else None),
        difference_ends=_ends(difference.interval if difference else None),
        standing=verdict.standing.value if verdict else "",
        score=named.value(score),
        score_ends=_ends(arithmetic.interval(tally.scores) if score is not None else None),
    )


def _ends(interval: Interval | None) -> str:
    return f"{numbers.points(interval.low)} … {numbers.points(interval.high)}" if interval else ""


def _sentences(found: Found) -> Iterable[tuple[str, str]]:
    """Yield the verdict over each arm in words, with its tone."""
    for arm, verdict in zip(found.arms[1:], found.verdicts, strict=False):
        said: dict[str, str] = {"arm": arm.name, "first": found.arms[0].name}
        if verdict.difference is None:
            yield _("“%(arm)s” cannot be judged: fewer than 30 contacts were asked in it or in “%(first)s”.") % said, ""
            continue
        interval = verdict.difference.interval
        said |= {
            "points": numbers.points(abs(verdict.difference.points)),
            "low": numbers.signed(interval.low),
            "high": numbers.signed(interval.high),
        }
        if verdict.standing is Change.UP:
            yield (
                _("“%(arm)s” finds more answers than “%(first)s”: %(points)s points more (%(low)s to %(high)s).")
                % said,
                "good",
            )
        elif verdict.standing is Change.DOWN:
            yield (
                _("“%(arm)s” finds fewer answers than “%(first)s”: %(points)s points fewer (%(low)s to %(high)s).")
                % said,
                "bad",
            )
        else:
            yield (
                _(
                    "No difference was seen between “%(arm)s” and “%(first)s”: it may lie anywhere from %(low)s to "
                    "%(high)s points."
                )
                % said,
                "",
            )


def _power(found: Found, now: datetime) -> str:
    """Return which difference can be seen, said beforehand: by what the survey did before the experiment.

    "" where nobody could tell and the experiment has begun.
    """
    experiment, arms = found.experiment, found.arms
    usual = asks.usual(experiment, now)
    by_day = round(usual.asked_a_day * (experiment.ends_at - experiment.starts_at).days)
    asked = min(filter(None, (by_day, experiment.most_asked)), default=0)
    rate = WIDEST_RATE if usual.rate is None else usual.rate
    points = smallest_seen(asked, [arm.share for arm in arms], rate) if asked and len(arms) > 1 else None
    if points is None:
        return (
            ""
            if found.phase in BEGUN
            else _("How many will be asked is not known: this survey has asked nobody in the half year before.")
        )
    said = {
        "asked": numbers.thousands(asked),
        "points": numbers.points(points),
        "rate": numbers.percent(100 * rate, 0),
    }
    if usual.rate is None:
        return (
            _("With %(asked)s asked in all, differences from %(points)s points on are seen in 8 of 10 experiments.")
            % said
        )
    return (
        _(
            "With %(asked)s asked in all, of whom %(rate)s answer as before, differences from %(points)s points on are "
            "seen in 8 of 10 experiments."
        )
        % said
    )


def _imbalance(drawn: Drawn) -> str:
    """Return a warning where the arms are not as large as their shares say; "" where they are, or nobody can tell."""
    if not sum(drawn.counts):
        return ""
    chance = chance_of_counts(drawn.counts, drawn.expected)
    if chance is None or chance >= UNBALANCED:
        return ""
    return _(
        "The arms are not as large as their shares say: %(counts)s were asked, %(expected)s were to be expected. "
        "Chance does that less than once in 1,000 times, so something else decided who was asked. Find it before you "
        "believe any difference."
    ) % {
        "counts": " · ".join(numbers.thousands(count) for count in drawn.counts),
        "expected": " · ".join(numbers.thousands(round(count)) for count in drawn.expected),
    }
