"""Whether a contact may be asked now: a pure function over facts, with the trace of every rule that it went through."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from surveys.sendwindow import NeverOpens, Window, first_moment

# What is held back by something without an end in sight is judged again after so long.
LOOK_AGAIN = timedelta(days=1)


class Outcome(StrEnum):
    ASK = "ask"
    DEFER = "defer"
    SUPPRESS = "suppress"


@dataclass(frozen=True, slots=True)
class Policy:
    """How often anybody may be asked. Every duration is whole days; None means no limit."""

    kind_days: Mapping[str, int]
    floor_days: int
    days_late: int
    company_budget: int | None
    company_window_days: int
    role_names: frozenset[str]
    zone: ZoneInfo
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one ask at the moment of judging it. Moments are aware; None means never or not."""

    survey_id: int
    contact_id: int
    kind: str
    wanted_at: datetime
    window: Window
    zone: ZoneInfo
    media: Sequence[str]
    addresses: Mapping[str, str]
    bounced: frozenset[str] = frozenset()
    objected: frozenset[str] = frozenset()
    do_not_contact_at: datetime | None = None
    cancelled_at: datetime | None = None
    switched_off: bool = False
    paused: bool = False
    sampling_share: float = 1.0
    deal_asked_at: datetime | None = None
    pending_until: datetime | None = None
    held_since: datetime | None = None
    repeat_days: int | None = None
    last_of_survey: datetime | None = None
    last_of_kind: datetime | None = None
    last_of_any: datetime | None = None
    rival_due_at: datetime | None = None
    company_asks: Sequence[datetime] = field(default_factory=tuple)
    daily_maximum: int | None = None
    asked_today: int = 0
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says: passed; or not, until a moment or (None) for good. `reason` names it better than its rule."""

    passed: bool
    value: str = ""
    until: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Step:
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
    trace: tuple[Step, ...]


def judge(
    facts: Facts,
    policy: Policy,
    now: datetime,
    overridden: frozenset[str] = frozenset(),
    *,
    rules: Sequence[str] | None = None,
) -> Verdict:
    """Say whether to ask now, later or not at all, and why.

    Every rule of `rules` (RULES unless given) is looked at, in order. The first that refuses for good decides;
    otherwise the one that asks for the longest wait, and a wait beyond `policy.days_late` after the wanted moment, or
    beyond the end of the link, is a refusal.
    A rule in `overridden` decides nothing; the trace says so where it was not passed.
    """
    case = Case(facts, policy, now)
    findings = {rule: getattr(case, rule)() for rule in rules or RULES}
    trace = tuple(
        Step(rule, finding.value, finding.passed, overridden=rule in overridden and not finding.passed)
        for rule, finding in findings.items()
    )
    failed = [
        (finding.reason or rule, finding.until)
        for rule, finding in findings.items()
        if not finding.passed and rule not in overridden
    ]
    if not failed:
        return Verdict(Outcome.ASK, "", None, findings["medium"].value, trace)
    refusal = next((reason for reason, until in failed if until is None), None)
    if refusal:
        return Verdict(Outcome.SUPPRESS, refusal, None, "", trace)
    wait, _place, reason = max((until, -place, reason) for place, (reason, until) in enumerate(failed) if until)
    until = first_moment(wait, facts.window, facts.zone, policy.holidays)
    if until > facts.wanted_at + timedelta(days=policy.days_late) or case.ends_before(until):
        return Verdict(Outcome.SUPPRESS, reason, None, "", trace)
    return Verdict(Outcome.DEFER, reason, until, "", trace)


def in_sample(survey_id: int, contact_id: int, share: float) -> bool:
    """Return whether the contact belongs to the share (0–1) of contacts a survey asks: always the same ones."""
    digest = hashlib.sha256(f"{survey_id}:{contact_id}".encode()).digest()
    return int.from_bytes(digest[:8]) < share * 2**64


def day_start(now: datetime, zone: ZoneInfo, *, days: int = 0) -> datetime:
    """Return midnight of the day, `days` later, on the clock of `zone`."""
    day = now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, time(), tzinfo=zone)


RULES = (
    "cancelled",
    "switched_off",
    "too_early",
    "too_late",
    "do_not_contact",
    "medium",
    "sampling",
    "duplicate",
    "paused",
    "pending",
    "hold",
    "survey_clock",
    "kind_clock",
    "floor",
    "rival",
    "company_budget",
    "daily_maximum",
    "window",
)

# A reminder repeats an ask that was allowed: what made that ask wait or count does not stand against it again.
REMINDER_RULES = (
    "cancelled",
    "switched_off",
    "too_early",
    "too_late",
    "expired",
    "do_not_contact",
    "medium",
    "paused",
    "hold",
    "floor",
    "rival",
    "window",
)

# What a person may overrule for one ask, with a reason: how often, how many and when. Never that the contact objected,
# cannot be reached, or still has an invitation to the same survey to answer.
OVERRIDABLE = frozenset(
    {
        "too_early",
        "too_late",
        "sampling",
        "duplicate",
        "hold",
        "survey_clock",
        "kind_clock",
        "floor",
        "rival",
        "company_budget",
        "daily_maximum",
        "window",
    }
)


@dataclass(frozen=True, slots=True)
class Case:
    """One ask before the judge: a method for each rule, named as in RULES and REMINDER_RULES."""

    facts: Facts
    policy: Policy
    now: datetime

    def cancelled(self) -> Finding:
        return _never_after(self.facts.cancelled_at)

    def switched_off(self) -> Finding:
        return Finding(passed=not self.facts.switched_off)

    def too_early(self) -> Finding:
        """Wait again where the touchpoint moved or the delay grew after planning."""
        wanted_at = self.facts.wanted_at
        return _wait(wanted_at, wanted_at.isoformat()) if wanted_at > self.now else _passed(wanted_at.isoformat())

    def too_late(self) -> Finding:
        wanted_at = self.facts.wanted_at
        return Finding(self.now <= wanted_at + timedelta(days=self.policy.days_late), wanted_at.isoformat())

    def expired(self) -> Finding:
        """Remind nobody of a link that has ended."""
        expires_at = self.facts.expires_at
        return Finding(not self.ends_before(self.now), expires_at.isoformat() if expires_at else "")

    def ends_before(self, moment: datetime) -> bool:
        return self.facts.expires_at is not None and self.facts.expires_at <= moment

    def do_not_contact(self) -> Finding:
        return _never_after(self.facts.do_not_contact_at)

    def medium(self) -> Finding:
        """Find the first usable medium; the reason is what stands against the one that was preferred."""
        faults: dict[str, str] = {}
        for medium in self.facts.media:
            faults[medium] = self._fault(medium)
            if not faults[medium]:
                return _passed(medium)
        listed = ", ".join(f"{medium}:{fault}" for medium, fault in faults.items())
        return Finding(passed=False, value=listed, reason=next(iter(faults.values()), "no_address"))

    def _fault(self, medium: str) -> str:
        address = self.facts.addresses.get(medium, "")
        if medium in self.facts.objected:
            return "objected"
        if not address:
            return "no_address"
        if medium in self.facts.bounced:
            return "bounced"
        name = address.partition("@")[0].lower()
        return "role_address" if medium == "email" and name in self.policy.role_names else ""

    def sampling(self) -> Finding:
        facts = self.facts
        asked = in_sample(facts.survey_id, facts.contact_id, facts.sampling_share)
        return Finding(asked, f"{facts.sampling_share:g}")

    def duplicate(self) -> Finding:
        return _never_after(self.facts.deal_asked_at)

    def paused(self) -> Finding:
        return _wait(self.now + LOOK_AGAIN) if self.facts.paused else _passed()

    def pending(self) -> Finding:
        until = self.facts.pending_until
        return _wait(until, until.isoformat()) if until and until > self.now else _passed()

    def hold(self) -> Finding:
        since = self.facts.held_since
        return _wait(self.now + LOOK_AGAIN, since.isoformat()) if since else _passed()

    def survey_clock(self) -> Finding:
        days = self.facts.repeat_days
        return self._rested(self.facts.last_of_survey, self.policy.kind_days[self.facts.kind] if days is None else days)

    def kind_clock(self) -> Finding:
        return self._rested(self.facts.last_of_kind, self.policy.kind_days[self.facts.kind])

    def floor(self) -> Finding:
        return self._rested(self.facts.last_of_any, self.policy.floor_days)

    def _rested(self, last: datetime | None, days: int) -> Finding:
        if last is None:
            return _passed()
        until = last + timedelta(days=days)
        return _passed(last.isoformat()) if until <= self.now else _wait(until, last.isoformat())

    def rival(self) -> Finding:
        """Give way to a survey of higher priority that is about to ask the same contact."""
        due, floor = self.facts.rival_due_at, timedelta(days=self.policy.floor_days)
        if due is None or due >= self.now + floor:
            return _passed()
        return _wait(max(due, self.now) + max(floor, LOOK_AGAIN), due.isoformat())

    def company_budget(self) -> Finding:
        budget, window = self.policy.company_budget, timedelta(days=self.policy.company_window_days)
        recent = sorted(at for at in self.facts.company_asks if at > self.now - window)
        if budget is None or len(recent) < budget:
            return _passed(str(len(recent)))
        return _wait(recent[-budget] + window, str(len(recent)))

    def daily_maximum(self) -> Finding:
        maximum, asked = self.facts.daily_maximum, self.facts.asked_today
        if maximum is None or asked < maximum:
            return _passed(str(asked))
        return _wait(day_start(self.now, self.policy.zone, days=1), str(asked))

    def window(self) -> Finding:
        zone = self.facts.zone
        value = f"{self.now.astimezone(zone):%Y-%m-%dT%H:%M} {zone.key}"
        try:
            opens_at = first_moment(self.now, self.facts.window, zone, self.policy.holidays)
        except NeverOpens:
            return Finding(passed=False, value=value)
        return _passed(value) if opens_at <= self.now else _wait(opens_at, value)


def _passed(value: str = "") -> Finding:
    return Finding(passed=True, value=value)


def _wait(until: datetime, value: str = "") -> Finding:
    return Finding(passed=False, value=value, until=until)


def _never_after(at: datetime | None) -> Finding:
    return Finding(passed=False, value=at.isoformat()) if at else _passed()
