"""Weigh what was seen of a visitor: a person, a machine, or unsure, and why.

Mail gateways open every link, run scripts and submit forms, while people are fast and some browse without scripts.
So no single sign but HEAD or an honest robot's name decides, and time since sending is no sign at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from responses.visitors import ROBOTS

# Several buttons of one letter within this time are a burst.
BURST_WINDOW = timedelta(seconds=5)
BURST_SCORES = 3
# Nobody reads the page and acts on it sooner.
QUICK = timedelta(seconds=1)


class Label(StrEnum):
    HUMAN = "human"
    MACHINE = "machine"
    UNSURE = "unsure"


@dataclass(frozen=True, kw_only=True)
class Act:
    """One request to a link. `gesture` names the trusted event a script saw; `since_shown` is None when unknown."""

    method: str
    family: str = ""
    scripted: bool = False
    gesture: str = ""
    since_shown: timedelta | None = None
    # How many different scores were asked for on this link within BURST_WINDOW, this request included.
    scores_lately: int = 0

    @property
    def is_submission(self) -> bool:
        return self.method == "POST"

    @property
    def is_quick(self) -> bool:
        return self.since_shown is not None and self.since_shown < QUICK

    @property
    def is_burst(self) -> bool:
        return self.scores_lately >= BURST_SCORES


@dataclass(frozen=True)
class Verdict:
    label: Label
    reasons: tuple[str, ...] = ()

    @property
    def is_machine(self) -> bool:
        return self.label is Label.MACHINE


def weigh(act: Act) -> Verdict:
    """Return the verdict on one request with everything that was seen, in a fixed order.

    A trusted gesture makes a submission a person's. Without one it is a machine's if scripts ran and it came within a
    second of the page, or if it came with a burst and either is true. A submission without scripts stays unsure.
    """
    reasons = tuple(_reasons(act))
    if not act.is_submission:
        is_machine = act.method == "HEAD" or act.is_burst or act.family in ROBOTS
        return Verdict(Label.MACHINE if is_machine else Label.UNSURE, reasons)
    if act.gesture:
        return Verdict(Label.HUMAN, reasons)
    signs = (act.scripted, act.is_quick, act.is_burst)
    return Verdict(Label.MACHINE if sum(signs) >= 2 else Label.UNSURE, reasons)


def _reasons(act: Act) -> Iterator[str]:
    if act.method == "HEAD":
        yield "head"
    if act.family in ROBOTS:
        yield "robot"
    if act.is_burst:
        yield "burst"
    if not act.is_submission:
        return
    if act.gesture:
        yield "gesture"
    else:
        yield "no_gesture" if act.scripted else "no_script"
    if act.is_quick:
        yield "quick"
