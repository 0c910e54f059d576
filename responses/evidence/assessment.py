"""Weigh what was seen of a visitor: a person, a machine, or unsure, and why.

Mail gateways open every link, run scripts and submit forms, while people are fast and some browse without scripts.
So no single sign but HEAD, an honest robot's name or the link that no person can see decides,
and the time since sending is recorded but never counts. docs/evidence.md says it in words.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from accounts.visitors import ROBOTS
from surveys.metrics import SCALES

# Several buttons of one letter within this time are a burst.
BURST_WINDOW = timedelta(seconds=5)
BURST_SCORES = 3
# Nobody reads the page and acts on it sooner.
QUICK = timedelta(seconds=1)
# A network and browser that gave itself away on a link is remembered there for so long.
REMEMBERED = timedelta(minutes=10)
# What gives a machine away for sure. A burst does not: an impatient person taps several numbers as well.
GIVEAWAYS = ("decoy", "gateway", "head", "robot")


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
    # How many different scores were asked for on this link within BURST_WINDOW, this request included; and how many
    # are no person's any more, by the scale of the survey.
    scores_lately: int = 0
    sweep: int = SCALES["nps"].sweep
    # It followed the link of the letter that no person can see.
    is_decoy: bool = False
    # The same network and browser gave itself away on this link within REMEMBERED; on the decoy in particular.
    is_known: bool = False
    met_decoy: bool = False
    # A person has answered this link by a gesture, from another network or with another browser.
    is_stranger: bool = False

    @property
    def is_submission(self) -> bool:
        return self.method == "POST"

    @property
    def is_quick(self) -> bool:
        return self.since_shown is not None and self.since_shown < QUICK

    @property
    def is_burst(self) -> bool:
        return self.scores_lately >= BURST_SCORES

    @property
    def is_sweep(self) -> bool:
        return self.scores_lately >= self.sweep


@dataclass(frozen=True)
class Assessment:
    """`is_held`: an answer that comes like this does not count until a person confirms it."""

    label: Label
    reasons: tuple[str, ...] = ()
    is_held: bool = False

    @property
    def is_machine(self) -> bool:
        return self.label is Label.MACHINE

    @property
    def gives_away(self) -> bool:
        """Whether it is a machine's for sure, so that its source is known for one from now on."""
        return self.is_machine and any(reason in GIVEAWAYS for reason in self.reasons)

    def in_doubt(self, reason: str) -> "Assessment":
        """Return the same with something that speaks against it: it is no longer surely a person's."""
        label = Label.UNSURE if self.label is Label.HUMAN else self.label
        reasons = self.reasons if reason in self.reasons else (*self.reasons, reason)
        return replace(self, label=label, reasons=reasons)

    def held_back(self, reason: str) -> "Assessment":
        """Return the verdict on what waits, whatever was seen: it is one of too many."""
        return replace(self.in_doubt(reason), is_held=True)


def weigh(act: Act) -> Assessment:
    """Return the verdict on one request with everything that was seen, in a fixed order.

    A trusted gesture makes a submission a person's, unless it comes within a second of the page from a known machine
    or with most of the buttons. Without a gesture a submission is a machine's when it met the decoy or when two signs
    agree. It is held back, too, when scripts ran and saw nobody, when it is quicker than reading, when its source is
    known for a machine, or when it would contradict a person from elsewhere. A calm submission without scripts is
    unsure and counts.
    """
    reasons = tuple(_reasons(act))
    if not act.is_submission:
        is_machine = act.method == "HEAD" or act.is_burst or act.is_decoy or act.family in ROBOTS
        return Assessment(Label.MACHINE if is_machine else Label.UNSURE, reasons)
    if act.gesture:
        is_pressed = act.is_quick and (act.is_sweep or act.is_known)
        return Assessment(Label.UNSURE if is_pressed else Label.HUMAN, reasons, is_held=is_pressed)
    is_machine = act.met_decoy or sum((act.scripted, act.is_quick, act.is_burst)) >= 2
    is_held = is_machine or act.scripted or act.is_quick or act.is_known or act.is_stranger
    return Assessment(Label.MACHINE if is_machine else Label.UNSURE, reasons, is_held=is_held)


def _reasons(act: Act) -> Iterator[str]:
    seen = {
        "head": act.method == "HEAD",
        "robot": act.family in ROBOTS,
        "decoy": act.is_decoy,
        "burst": act.is_burst,
    }
    if act.is_submission:
        seen |= {
            "gesture": bool(act.gesture),
            "no_gesture": act.scripted and not act.gesture,
            "no_script": not act.scripted and not act.gesture,
            "quick": act.is_quick,
            "known_machine": act.is_known,
            "stranger": act.is_stranger and not act.gesture,
        }
    return (reason for reason, is_true in seen.items() if is_true)
