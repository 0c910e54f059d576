"""Whether a contact may be asked now: a pure function over facts, with a trace of every rule it looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from surveys.judging.case import Case, CaseFacts, Policy
from surveys.judging.rules import OF_ASKS, Rule
from surveys.sendwindow import first_moment


class Outcome(StrEnum):
    ASK = "ask"
    DEFER = "defer"
    SUPPRESS = "suppress"


class TraceStep(NamedTuple):
    """What one rule found, as it is kept; a tuple, since a million invitations leave twenty million of them."""

    rule: str
    value: str
    passed: bool
    overridden: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: Outcome
    reason: str
    until: datetime | None
    medium: str
    trace: tuple[TraceStep, ...]
    address: str = ""


def judge(
    facts: CaseFacts,
    policy: Policy,
    now: datetime,
    overridden: frozenset[str] = frozenset(),
    *,
    rules: Sequence[Rule] = OF_ASKS,
) -> Verdict:
    """Say whether to ask now, later or not at all, and why.

    Every rule of `rules` is looked at, in order. The first that refuses for good decides;
    otherwise the one that asks for the longest wait, and a wait beyond `policy.days_late` after the wanted moment, or
    beyond the end of the link, is a refusal.
    A rule in `overridden` decides nothing; the trace says so where it was not passed.
    """
    case = Case(facts, policy, now)
    trace, failed = [], []
    for rule in rules:
        passed, value, until, reason = rule.check(case)
        is_overridden = not passed and rule.code in overridden
        trace.append(TraceStep(rule.code, value, passed, is_overridden))
        if not passed and not is_overridden:
            failed.append((reason or rule.code, until))
    if not failed:
        way = case.way()
        return Verdict(Outcome.ASK, "", None, way.medium, tuple(trace), way.address)
    refusal = next((reason for reason, until in failed if until is None), None)
    if refusal:
        return Verdict(Outcome.SUPPRESS, refusal, None, "", tuple(trace))
    wait, _place, reason = max((until, -place, reason) for place, (reason, until) in enumerate(failed) if until)
    until = first_moment(wait, case.hours, facts.zone, facts.holidays)
    if until > facts.wanted_at + timedelta(days=policy.days_late) or case.ends_before(until):
        return Verdict(Outcome.SUPPRESS, reason, None, "", tuple(trace))
    return Verdict(Outcome.DEFER, reason, until, "", tuple(trace))
