"""What a trigger would have done over the last weeks: the same judge over the same touchpoints, in memory.

Touchpoints are judged in due order with the asks that this run itself makes. What other triggers and surveys asked,
holds, opt-outs, bounces and cancellations count from the moment at which they happened. No customer answers here, so
an invitation of the run stays open until its link expires. Nothing is written.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.timezones import zone
from crm import reach, reachability
from crm.models import Contact, Touchpoint
from crm.reachability import Person
from crm.suppressions import Spelled
from surveys.judging.askable import Askable
from surveys.judging.asks import COUNTED_FROM, Ask, keys_of
from surveys.judging.case import Policy, day_start
from surveys.judging.eligibility import Outcome, Verdict, judge
from surveys.judging.facts import History
from surveys.judging.senders import Senders
from surveys.judging.stand_ins import Customer, Event, Place, ReplayedAsk
from surveys.models import Hold, Invitation, Survey, Trigger, Wave
from surveys.sendwindow import NeverOpens, first_moment

DAYS = 90
PEOPLE_AT_ONCE = 10_000
# What is read of an ask that was made.
ASKED = (
    "contact", "survey", "kind", "touchpoint__deal", COUNTED_FROM, "answered_at", "expires_at", "planned_at",
    "survey__priority", "company", "address_key",
)  # fmt: skip


@dataclass
class PlannedDay:
    """What happened on one day, on the clock of the policy; refusals and delays are counted by reason."""

    date: date
    asked: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    deferred: Counter[str] = field(default_factory=Counter)

    # A Counter answers a template with 0 for every name.
    @property
    def refusals(self) -> int:
        return self.refused.total()

    @property
    def delays(self) -> int:
        return self.deferred.total()

    def add(self, verdict: Verdict) -> None:
        if verdict.outcome is Outcome.ASK:
            self.asked += 1
        else:
            (self.deferred if verdict.until else self.refused)[verdict.reason] += 1


class LastWord(NamedTuple):
    """What was said last of one ask, and when; the reason is empty if it was made, and `put_off` if it still waits."""

    contact_id: int
    at: datetime
    reason: str
    put_off: bool

    @property
    def is_asked(self) -> bool:
        return not self.reason


@dataclass
class DryRun:
    """Every touchpoint is asked, refused or still waiting at the end; one may be put off several times before.

    `media`: by which medium how many are asked first. `last_words`: by the number of the touchpoint in order of time;
    what no moment came for has none.
    """

    since: datetime
    until: datetime
    touchpoints: int = 0
    waiting: int = 0
    days: list[PlannedDay] = field(default_factory=list)
    media: Counter[str] = field(default_factory=Counter)
    last_words: dict[int, LastWord] = field(default_factory=dict)

    @property
    def asked(self) -> int:
        return sum(day.asked for day in self.days)

    @property
    def refused(self) -> Counter[str]:
        return sum((day.refused for day in self.days), Counter())

    @property
    def deferred(self) -> Counter[str]:
        return sum((day.deferred for day in self.days), Counter())

    @property
    def refusals(self) -> int:
        return sum(day.refusals for day in self.days)

    @property
    def delays(self) -> int:
        return sum(day.delays for day in self.days)


def dry_run(trigger: Trigger, policy: Policy, *, now: datetime, since: datetime | None = None) -> DryRun:
    """Replay the touchpoints since `since` (DAYS ago) through `trigger` under `policy`: what would have happened.

    The trigger counts as switched on, and for touchpoints of any age. Fourteen queries, and
    three more for every ten thousand contacts.
    """
    since = since or now - timedelta(days=DAYS)
    happened = touchpoints_of(trigger, since, now)
    copy = _switched_on(trigger)
    replay = Replay(policy, since, copy.survey, copy)
    replay.fetch(happened)
    return replay.run(now)


def touchpoints_of(trigger: Trigger, since: datetime, until: datetime) -> QuerySet[Touchpoint]:
    """Return the touchpoints that `trigger` is about, as planning chooses them, in the order in which it finds them."""
    chosen = Touchpoint.objects.filter(
        Q(brand__isnull=True) | Q(brand=trigger.survey.brand_id),
        kind=trigger.touchpoint_kind,
        occurred_at__gte=since,
        occurred_at__lte=until,
    ).order_by("occurred_at", "pk")
    conditions = {
        "product__in": list(trigger.products.values_list("pk", flat=True)),
        "channel__in": list(trigger.channels.values_list("pk", flat=True)),
        "team__in": list(trigger.teams.values_list("pk", flat=True)),
    }
    amounts = {"amount_base__gte": trigger.min_amount, "amount_base__lte": trigger.max_amount}
    limits = {name: limit for name, limit in amounts.items() if limit is not None}
    return chosen.filter(**{name: keys for name, keys in conditions.items() if keys}, **limits)


def since_when(trigger: Trigger, most: int, *, now: datetime) -> datetime:
    """Return the moment DAYS ago, or the first one since which no more than `most` touchpoints happened."""
    since = now - timedelta(days=DAYS)
    newest_first = touchpoints_of(trigger, since, now).order_by("-occurred_at").values_list("occurred_at", flat=True)
    beyond = newest_first[most : most + 1].first()
    return beyond + datetime.resolution if beyond else since


def _switched_on(trigger: Trigger) -> Trigger:
    """Return a copy that asks, whatever the trigger itself and its survey do; it is never saved."""
    survey = Survey.objects.get(pk=trigger.survey_id)
    survey.status = Survey.Status.ACTIVE
    copy = Trigger.objects.get(pk=trigger.pk)
    copy.survey, copy.is_active = survey, True
    return copy


class Replay(History):
    """A history that unfolds step by step, so that no judgement knows what came after it."""

    def __init__(self, policy: Policy, since: datetime, survey: Survey, asker: Trigger | Wave) -> None:
        super().__init__(policy, since)
        self.since = since
        self.asker = asker
        self.survey = survey
        self.trials: list[ReplayedAsk] = []
        self._happenings: list[tuple[datetime, int, Callable[[], object]]] = []
        self._number = count()
        self._holds: defaultdict[int, list[datetime]] = defaultdict(list)
        self._day_ends_at = since

    def fetch(self, touchpoints: QuerySet[Touchpoint]) -> None:
        """Learn of what happened to a trigger, and of everything that decides over it."""
        self._fetch_touchpoints(touchpoints)
        contacts = touchpoints.values("contact")
        own = Invitation.objects.filter(trigger=self.asker.pk, touchpoint__occurred_at__gte=self.since)
        others = Invitation.objects.counting().exclude(pk__in=own.values("pk"))
        self._fetch_people(contacts)
        self._fetch_real_asks(others, contacts)
        if self.policy.company_budget is not None:
            self._fetch_real_company_asks(others)
        if self.survey.daily_maximum is not None:
            self._fetch_real_days(others)
        self._fetch_holds(contacts)
        self.senders = Senders.replayed(self._happens)
        heapify(self._happenings)

    def run(self, now: datetime) -> DryRun:
        days: dict[date, PlannedDay] = {}
        last_words: dict[int, LastWord] = {}
        media: Counter[str] = Counter()
        due = [(trial.due_at, number, trial) for number, trial in enumerate(self.trials)]
        heapify(due)
        while due and due[0][0] <= now:
            at, number, trial = heappop(due)
            verdict = self._judge(trial, at)
            day = at.astimezone(self.policy.zone).date()
            days.setdefault(day, PlannedDay(day)).add(verdict)
            media.update([verdict.medium] if verdict.medium else ())
            reason = "" if verdict.outcome is Outcome.ASK else verdict.reason
            last_words[number] = LastWord(trial.contact_id, at, reason, put_off=bool(verdict.until))
            if verdict.until:
                trial.due_at = verdict.until
                heappush(due, (verdict.until, number, trial))
        in_order = [days[day] for day in sorted(days)]
        return DryRun(self.since, now, len(self.trials), len(due), in_order, media, last_words)

    def _judge(self, trial: ReplayedAsk, at: datetime) -> Verdict:
        while self._happenings and self._happenings[0][0] <= at:
            moment, _number, happen = heappop(self._happenings)
            self._move_to(moment)
            happen()
        self._move_to(at)
        self.line_up(trial, trial.lined_up, -1)
        verdict = judge(self.facts_of(trial), self.policy, at)
        if verdict.outcome is Outcome.ASK:
            self.asked(trial, (verdict.medium, verdict.address))
        trial.lined_up = verdict.reason if verdict.until else ""
        self.line_up(trial, trial.lined_up)
        return verdict

    def _move_to(self, at: datetime) -> None:
        self.now = at
        if at >= self._day_ends_at:
            self.begin_day()
            self._day_ends_at = day_start(at, self.policy.zone, days=1)

    def asked(self, invitation: Askable, address: Spelled | None = None) -> None:
        super().asked(invitation, address)
        if self.policy.company_budget is None:
            self.company_asks.clear()

    def _happens(self, at: datetime | None, change: Callable[[], object]) -> None:
        """Record a change in what is known; what came before the run is known from the start."""
        if at is not None:
            self._happenings.append((max(at, self.since), next(self._number), change))

    def _fetch_touchpoints(self, touchpoints: QuerySet[Touchpoint]) -> None:
        people: dict[int, Customer] = {}
        places: dict[int, Place] = {}
        rows: Iterable[Any] = touchpoints.annotate(
            place=Coalesce("company", "contact__company"),
            place_timezone=Coalesce("company__timezone", "contact__company__timezone"),
            place_region=Coalesce("company__region", "contact__company__region"),
        ).values_list(
            "occurred_at", "cancelled_at", "deal", "contact", "place", "place_timezone", "place_region",
            "contact__timezone", "contact__region",
        )  # fmt: skip
        for at, cancelled_at, deal, contact, company, timezone, region, *of_contact in rows:
            person = people.setdefault(contact, Customer(contact, *of_contact))
            if company and company not in places:
                places[company] = Place(timezone, region)
            event = Event(at, deal)
            self._happens(cancelled_at, partial(setattr, event, "cancelled_at", cancelled_at))
            self.trials.append(self._trial(event, person, places.get(company), company))

    def _fetch_people(self, contacts: QuerySet[Touchpoint, Any]) -> None:
        """Start with what was known when the run begins; later words and bounces are learned when they happen."""
        customers = list(Contact.objects.filter(pk__in=contacts).only(*reach.READ))
        shared: dict[int, Collection[Spelled]] = {}
        for start in range(0, len(customers), PEOPLE_AT_ONCE):
            known = reach.known(customers[start : start + PEOPLE_AT_ONCE], self.policy.reach)
            shared |= {pk: {*shared.get(pk, ()), *addresses} for pk, addresses in known.shared.items()}
            for pk, person in known.people.items():
                moments = sorted(reachability.moments_of(person))
                self.people[pk] = reachability.as_of(person, self.since) if moments else person
                for moment in moments:
                    self._happens(moment, partial(self._learn, pk, reachability.as_of(person, moment)))
        self.asks.share(shared)

    def _learn(self, contact: int, person: Person) -> None:
        self.people[contact] = person

    def _trial(self, event: Event, person: Customer, place: Place | None, company_id: int | None) -> ReplayedAsk:
        trigger, survey = self.asker, self.survey
        assert isinstance(trigger, Trigger)  # noqa: S101 touchpoints are for triggers
        due_at = event.occurred_at + trigger.delay
        of_contact = zone(person.timezone, place.timezone if place else "", self.policy.zone.key)
        holidays = self.policy.closed_days.of(person.region or (place.region if place else ""))
        with suppress(NeverOpens):  # the judge says so
            due_at = first_moment(due_at, trigger.window, of_contact, holidays)
        return ReplayedAsk(
            survey, trigger, trigger, survey.kind, event, person, person.pk, place, company_id, due_at, due_at
        )

    def _fetch_real_asks(self, others: QuerySet[Invitation], contacts: QuerySet[Touchpoint, Any]) -> None:
        """Learn of real asks when they happen: of these contacts, and of others at the same addresses."""
        of_key = keys_of(self.people)
        at_their_addresses = Q(contact__in=self.asks.sharing()) | Q(address_key__in=list(of_key))
        elsewhere = others.filter(at_their_addresses).exclude(contact__in=contacts)
        for known in (others.filter(contact__in=contacts), elsewhere):
            for row in known.values_list(*ASKED):
                self._happened(row, of_key)

    def _happened(self, row: Sequence[Any], of_key: Mapping[int, Spelled]) -> None:
        contact, survey, kind, deal, asked_at, answered_at, expires_at, planned_at, priority, company, key = row
        asked = Ask(
            contact_id=contact,
            survey_id=survey,
            kind=kind,
            deal_id=deal,
            asked_at=asked_at,
            pending_until=answered_at or expires_at,
            due_at=asked_at,
            priority=priority,
            company_id=company,
            address=of_key.get(key),
        )
        if asked_at > self.since and priority > self.survey.priority:
            planned = replace(asked, asked_at=None, pending_until=None)
            self._happens(min(planned_at, asked_at), partial(self.asks.add, planned))
            self._happens(asked_at, partial(self.asks.remove, planned))
        self._happens(asked_at, partial(self.asks.add, asked))

    def _fetch_real_company_asks(self, others: QuerySet[Invitation]) -> None:
        companies = {trial.company_id for trial in self.trials if trial.company_id}
        since = self.since - timedelta(days=self.policy.company_window_days)
        rows = others.filter(company__in=companies, queued_at__gt=since).values_list("company", "queued_at")
        for company, asked_at in rows:
            if company and asked_at:
                self._happens(asked_at, partial(self.company_asks[company].append, asked_at))

    def _fetch_real_days(self, others: QuerySet[Invitation]) -> None:
        of_survey = others.filter(survey=self.survey, queued_at__gte=self.since)
        for asked_at in of_survey.values_list("queued_at", flat=True):
            self._happens(asked_at, self._count_today)

    def _count_today(self) -> None:
        self.asked_today[self.survey.pk] += 1

    def _fetch_holds(self, contacts: QuerySet[Touchpoint, Any]) -> None:
        rows: Iterable[tuple[int, datetime, datetime | None]] = Hold.objects.filter(contact__in=contacts).values_list(
            "contact", "since", "released_at"
        )
        for contact, since, released_at in rows:
            self._happens(since, partial(self._hold, contact, since))
            self._happens(released_at, partial(self._release, contact, since))

    def _hold(self, contact: int, since: datetime) -> None:
        self._holds[contact].append(since)
        self.held_since[contact] = min(self._holds[contact])

    def _release(self, contact: int, since: datetime) -> None:
        held = self._holds[contact]
        held.remove(since)
        if held:
            self.held_since[contact] = min(held)
        else:
            del self.held_since[contact]
