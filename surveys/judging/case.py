"""One ask before the judge: its facts, the policy, and what each rule finds. Pure."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from accounts.company_clock import ClosedDays
from accounts.media import Medium
from crm import reachability
from crm.reachability import Person, Purpose, Rules, Way
from delivery.reputation.ramp import Ramp
from surveys.media_hours import MediaHours
from surveys.sendwindow import NeverOpens, Window, first_moment, upcoming

# What is held back by something without an end in sight is judged again after so long.
LOOK_AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Policy:
    """How often anybody may be asked. Every duration is whole days; None means no limit."""

    kind_days: Mapping[str, int]
    floor_days: int
    days_late: int
    company_budget: int | None
    company_window_days: int
    reach: Rules
    zone: ZoneInfo
    closed_days: ClosedDays = field(default_factory=ClosedDays)
    drops_losers: bool = False
    hours: MediaHours = field(default_factory=lambda: MediaHours({}))


@dataclass(frozen=True, slots=True)
class Sender:
    """The domain that an ask by mail would come from: since when it is paused, how it is warmed up, and how many asks
    of today's number are given away and waiting."""

    paused_at: datetime | None = None
    ramp: Ramp | None = None
    asked: int = 0
    lined_up: int = 0


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is known of one ask at the moment of judging it. Moments are aware; None means never or not."""

    survey_id: int
    contact_id: int
    kind: str
    wanted_at: datetime
    window: Window
    zone: ZoneInfo
    media: Sequence[str]
    person: Person
    purpose: Purpose = Purpose.ASK
    holidays: frozenset[date] = frozenset()
    cancelled_at: datetime | None = None
    switched_off: bool = False
    turn_skipped: bool = False
    paused: bool = False
    sampling_share: float = 1.0
    deal_asked_at: datetime | None = None
    pending_until: datetime | None = None
    held_since: datetime | None = None
    repeat_days: int | None = None
    own_clock_days: int | None = None
    last_of_survey: datetime | None = None
    last_of_kind: datetime | None = None
    last_of_any: datetime | None = None
    last_name: str = ""
    rival_due_at: datetime | None = None
    rival_name: str = ""
    rival_asked_at: datetime | None = None
    rival_asked_name: str = ""
    company_asks: Sequence[datetime] = field(default_factory=tuple)
    daily_maximum: int | None = None
    asked_today: int = 0
    lined_up: int = 0
    sender: Sender | None = None
    expires_at: datetime | None = None


class RuleFinding(NamedTuple):
    """What one rule says: passed; or not, until a moment or (None) for good. `reason` names it better than its rule."""

    passed: bool
    value: str = ""
    until: datetime | None = None
    reason: str = ""


PASSED = RuleFinding(passed=True)
# A sender whom nothing holds back.
FREE = Sender()


@dataclass(frozen=True, slots=True)
class Case:
    """One ask before the judge: what each rule finds. Which rules there are says the table in rules.py."""

    facts: CaseFacts
    policy: Policy
    now: datetime
    _way: Way | None = field(default=None, init=False, repr=False, compare=False)

    def cancelled(self) -> RuleFinding:
        return _never_after(self.facts.cancelled_at)

    def switched_off(self) -> RuleFinding:
        if self.facts.turn_skipped:
            return RuleFinding(passed=False, reason="wave_rests")
        return RuleFinding(passed=not self.facts.switched_off)

    def too_early(self) -> RuleFinding:
        """Wait again if the touchpoint moved or the delay grew after planning."""
        wanted_at = self.facts.wanted_at
        return _wait(wanted_at, wanted_at.isoformat()) if wanted_at > self.now else _passed(wanted_at.isoformat())

    def too_late(self) -> RuleFinding:
        wanted_at = self.facts.wanted_at
        return RuleFinding(self.now <= wanted_at + timedelta(days=self.policy.days_late), wanted_at.isoformat())

    def expired(self) -> RuleFinding:
        """Remind nobody of a link that has ended."""
        expires_at = self.facts.expires_at
        return RuleFinding(not self.ends_before(self.now), expires_at.isoformat() if expires_at else "")

    def ends_before(self, moment: datetime) -> bool:
        return self.facts.expires_at is not None and self.facts.expires_at <= moment

    def do_not_contact(self) -> RuleFinding:
        return _never_after(self.facts.person.said_no_at)

    def said_no(self) -> RuleFinding:
        """Ask nobody on a page who objected to surveys by any medium, or whose address was refused."""
        fault = reachability.objection(self.facts.person)
        return RuleFinding(passed=False, value=fault, reason=fault) if fault else _passed()

    @property
    def hours(self) -> Window:
        """When it may go: the hours of whoever asks, within those of the medium by which it would go."""
        facts = self.facts
        return self.policy.hours.within(facts.window, self.way().medium, facts.person.country)

    def way(self) -> Way:
        if self._way is None:
            facts = self.facts
            found = reachability.way(facts.person, self._media, facts.purpose, self.policy.reach)
            # Several rules look at it; it is the same for all.
            object.__setattr__(self, "_way", found)
            return found
        return self._way

    @property
    def _media(self) -> Sequence[str]:
        """The media whose hours ever open for whoever asks; all of them where none does."""
        facts, hours = self.facts, self.policy.hours
        opening = [m for m in facts.media if hours.within(facts.window, m, facts.person.country).ever_opens]
        return opening or facts.media

    def medium(self) -> RuleFinding:
        """Find the first usable medium; the reason is what stands against the one that was preferred."""
        way = self.way()
        if way:
            return _passed(way.medium)
        listed = ", ".join(f"{medium}:{fault}" for medium, fault in way.faults.items())
        return RuleFinding(passed=False, value=listed, reason=way.reason)

    def sampling(self) -> RuleFinding:
        facts = self.facts
        asked = in_sample(facts.survey_id, facts.contact_id, facts.sampling_share)
        return RuleFinding(asked, f"{facts.sampling_share:g}")

    def duplicate(self) -> RuleFinding:
        return _never_after(self.facts.deal_asked_at)

    def paused(self) -> RuleFinding:
        return _wait(self.now + LOOK_AGAIN) if self.facts.paused else _passed()

    def sender_paused(self) -> RuleFinding:
        """Wait while the domain that the mail would come from is paused; other media are none of its business."""
        since = self._sender.paused_at
        return _wait(self.now + LOOK_AGAIN, since.isoformat()) if since else _passed()

    def pending(self) -> RuleFinding:
        until = self.facts.pending_until
        return _wait(until, until.isoformat()) if until and until > self.now else _passed()

    def hold(self) -> RuleFinding:
        since = self.facts.held_since
        return _wait(self.now + LOOK_AGAIN, since.isoformat()) if since else _passed()

    def survey_clock(self) -> RuleFinding:
        return self._rested(self.facts.last_of_survey, self._clock_days(self.facts.repeat_days))

    def kind_clock(self) -> RuleFinding:
        return self._rested(self.facts.last_of_kind, self._clock_days(None))

    def _clock_days(self, of_survey: int | None) -> int:
        """Return how long an ask rests: by a clock of its own, else that of its survey, else that of its kind."""
        own = self.facts.own_clock_days
        days = of_survey if own is None else own
        return self.policy.kind_days[self.facts.kind] if days is None else days

    def floor(self) -> RuleFinding:
        return self._rested(self.facts.last_of_any, self.policy.floor_days, self.facts.last_name)

    def _rested(self, last: datetime | None, days: int, name: str = "") -> RuleFinding:
        if last is None:
            return _passed()
        until, value = last + timedelta(days=days), _named(last, name)
        return _passed(value) if until <= self.now else _wait(until, value)

    def rival(self) -> RuleFinding:
        """Give way to a survey of higher priority that is about to ask this contact or, by policy, just did."""
        facts, floor = self.facts, timedelta(days=self.policy.floor_days)
        due, asked, drops = facts.rival_due_at, facts.rival_asked_at, self.policy.drops_losers
        if due is not None and due < self.now + floor:
            until = None if drops else max(due, self.now) + max(floor, LOOK_AGAIN)
            return RuleFinding(passed=False, value=_named(due, facts.rival_name), until=until)
        if drops and asked is not None and self.now < asked + floor:
            return RuleFinding(passed=False, value=_named(asked, facts.rival_asked_name))
        return _passed()

    def company_budget(self) -> RuleFinding:
        budget, window = self.policy.company_budget, timedelta(days=self.policy.company_window_days)
        recent = sorted(at for at in self.facts.company_asks if at > self.now - window)
        if budget is None or len(recent) < budget:
            return _passed(str(len(recent)))
        return _wait(recent[-budget] + window, str(len(recent)))

    def daily_maximum(self) -> RuleFinding:
        maximum, asked = self.facts.daily_maximum, self.facts.asked_today
        if maximum is None:
            return _passed(str(asked))
        return self._paced(lambda _day: maximum, asked, self.facts.lined_up)

    def sender_ramp(self) -> RuleFinding:
        """Keep to the numbers of the days on which the sender's domain is warmed up."""
        sender = self._sender
        return self._paced(sender.ramp.on, sender.asked, sender.lined_up) if sender.ramp else _passed()

    @property
    def _sender(self) -> Sender:
        """What is known of the sender's domain where the ask would go by mail."""
        sender = self.facts.sender
        return sender if sender and self.way().medium == Medium.EMAIL else FREE

    def _paced(self, number_of: Callable[[date], int | None], asked: int, lined_up: int) -> RuleFinding:
        """Keep to the pace at which the number of a day fills its hours; whoever is too early gets a turn."""
        days = upcoming(self.now, self.hours, self.facts.zone, self.facts.holidays)
        opens, closes = next(days, (self.now, self.now + LOOK_AGAIN))
        if opens >= day_start(self.now, self.policy.zone, days=1):
            asked = 0
        number = number_of(self._day(opens))
        is_on_pace = number is None or asked * (closes - opens) <= number * (self.now - opens)
        if number is None or (asked < number and is_on_pace):
            return _passed(str(asked))
        place = asked + lined_up
        for _day in range(self.policy.days_late + 1):
            if number is None or place < number:
                break
            place -= number
            opens, closes = next(days, (opens + LOOK_AGAIN, closes + LOOK_AGAIN))
            number = number_of(self._day(opens))
        # Beyond the days that are counted any turn of the last one will do: it is judged again by then.
        turn = opens if number is None else opens + _rounded_up(place % number * (closes - opens), number)
        return _wait(turn, str(asked))

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.policy.zone).date()

    def window(self) -> RuleFinding:
        zone = self.facts.zone
        value = f"{self.now.astimezone(zone):%Y-%m-%dT%H:%M} {zone.key}"
        try:
            opens_at = first_moment(self.now, self.hours, zone, self.facts.holidays)
        except NeverOpens:
            return RuleFinding(passed=False, value=value)
        return _passed(value) if opens_at <= self.now else _wait(opens_at, value)


def in_sample(survey_id: int, contact_id: int, share: float) -> bool:
    """Return whether the contact belongs to the share (0–1) of contacts a survey asks: always the same ones."""
    digest = hashlib.sha256(f"{survey_id}:{contact_id}".encode()).digest()
    return int.from_bytes(digest[:8]) < share * 2**64


def day_start(now: datetime, zone: ZoneInfo, *, days: int = 0) -> datetime:
    """Return midnight of the day, `days` later, on the clock of `zone`."""
    day = now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, time(), tzinfo=zone)


def _passed(value: str = "") -> RuleFinding:
    return RuleFinding(passed=True, value=value) if value else PASSED


def _wait(until: datetime, value: str = "") -> RuleFinding:
    return RuleFinding(passed=False, value=value, until=until)


def _named(moment: datetime, survey: str) -> str:
    return f"{moment.isoformat()} {survey}".rstrip()


def _never_after(at: datetime | None) -> RuleFinding:
    return RuleFinding(passed=False, value=at.isoformat()) if at else _passed()


def _rounded_up(length: timedelta, parts: int) -> timedelta:
    """Divide `length`, rounding up to a microsecond: a turn that came too early would have to wait again."""
    return -(-length // parts)
