"""Whether a contact may be asked now: a pure function over facts, with the trace of every rule that it went through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from surveys.judging.case import Case, CaseFacts, Policy
from surveys.judging.rules import OF_ASKS, Rule
from surveys.sendwindow import first_moment


class Outcome(StrEnum):
    ASK = "ask"
    DEFER = "defer"
    SUPPRESS = "suppress"


@dataclass(frozen=True, slots=True)
class TraceStep:
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
    findings = {rule.code: rule.check(case) for rule in rules}
    trace = tuple(
        TraceStep(rule, finding.value, finding.passed, overridden=rule in overridden and not finding.passed)
        for rule, finding in findings.items()
    )
    failed = [
        (finding.reason or rule, finding.until)
        for rule, finding in findings.items()
        if not finding.passed and rule not in overridden
    ]
    if not failed:
        way = case.way()
        return Verdict(Outcome.ASK, "", None, way.medium, trace, way.address)
    refusal = next((reason for reason, until in failed if until is None), None)
    if refusal:
        return Verdict(Outcome.SUPPRESS, refusal, None, "", trace)
    wait, _place, reason = max((until, -place, reason) for place, (reason, until) in enumerate(failed) if until)
    until = first_moment(wait, facts.window, facts.zone, facts.holidays)
    if until > facts.wanted_at + timedelta(days=policy.days_late) or case.ends_before(until):
        return Verdict(Outcome.SUPPRESS, reason, None, "", trace)
    return Verdict(Outcome.DEFER, reason, until, "", trace)
