"""What the judge needs to know about many asks at once, in a number of queries that does not grow with them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from django.db.models import Count, Min, Q

from accounts import company_clock
from accounts.company_clock import ClosedDays
from accounts.timezones import zone
from crm import reach
from crm.reachability import Person
from surveys.judging.eligibility import Facts, Outcome, Policy, Verdict, day_start
from surveys.models import AskingPolicy, Hold, Invitation, Survey
from surveys.models.wave import SLACK_DAYS
from surveys.sendwindow import Window

# What facts_of() reads of an invitation: give it to select_related().
RELATIONS = ("survey", "trigger", "wave", "touchpoint", "contact", "company")

ALWAYS = Window(datetime.min.time(), datetime.max.time(), frozenset(range(1, 8)))
# Whom nothing is known about, so that nobody writes there.
NOBODY = Person()
AWAITING_ANSWER = frozenset({Invitation.Status.QUEUED, Invitation.Status.SENT, Invitation.Status.DELIVERED})


def policy_in_force() -> Policy:
    """Return the asking policy as the judge reads it."""
    return policy_of(AskingPolicy.current())


def policy_of(row: AskingPolicy) -> Policy:
    """Return a policy, in force or only being considered, as the judge reads it."""
    return Policy(
        kind_days={
            Survey.Kind.TRANSACTIONAL.value: row.transactional_days,
            Survey.Kind.RELATIONAL.value: row.relational_days,
        },
        floor_days=row.floor_days,
        days_late=row.days_late,
        company_budget=row.company_budget,
        company_window_days=row.company_window_days,
        reach=row.reach,
        zone=company_clock.zone(),
        closed_days=ClosedDays.fetch(),
        drops_losers=row.loser == AskingPolicy.Loser.DROP,
    )


@dataclass(frozen=True, slots=True)
class Ask:
    """An ask of a contact, made or planned. Those that could not be delivered reached nobody and are left out."""

    survey_id: int
    kind: str
    deal_id: int | None
    asked_at: datetime | None
    pending_until: datetime | None
    due_at: datetime
    priority: int
    survey: str = ""
    invitation_id: int | None = None


class History:
    """What was asked of the contacts and companies at hand; it learns of the asks of the running batch too."""

    def __init__(self, policy: Policy, now: datetime) -> None:
        self.policy = policy
        self.now = now
        self.asks: defaultdict[int, list[Ask]] = defaultdict(list)
        self.held_since: dict[int, datetime] = {}
        self.people: dict[int, Person] = {}
        self.company_asks: defaultdict[int, list[datetime]] = defaultdict(list)
        self.asked_today: defaultdict[int, int] = defaultdict(int)
        self.lined_up: defaultdict[int, int] = defaultdict(int)

    @classmethod
    def of(cls, invitations: Sequence[Invitation], policy: Policy, now: datetime) -> Self:
        """Fetch the history behind `invitations`, in eight queries at most."""
        history = cls(policy, now)
        contacts = {invitation.contact_id for invitation in invitations}
        history._fetch_asks(contacts)
        history._fetch_standing_holds(contacts)
        history.people = reach.people({i.contact_id: i.contact for i in invitations}.values(), policy.reach)
        if policy.company_budget is not None:
            history._fetch_companies({invitation.company_id for invitation in invitations if invitation.company_id})
        if limited := {i.survey_id for i in invitations if i.survey.daily_maximum is not None}:
            history._fetch_today(limited)
        return history

    def facts_of(self, invitation: Invitation) -> Facts:
        """Return what is known of one invitation now, the asks made before it in this batch included."""
        survey, contact, asker = invitation.survey, invitation.contact, invitation.asker
        touchpoint, company, asks = invitation.touchpoint, invitation.company, self.asks[invitation.contact_id]
        deal_id = touchpoint.deal_id if touchpoint else None
        of_survey = [ask for ask in asks if ask.survey_id == survey.pk]
        rivals = [ask for ask in asks if ask.priority > survey.priority]
        rival = min((ask for ask in rivals if ask.asked_at is None), key=lambda ask: ask.due_at, default=None)
        latest, rival_asked = _latest(asks), _latest(rivals)
        return Facts(
            survey_id=survey.pk,
            contact_id=contact.pk,
            kind=invitation.kind,
            wanted_at=wanted_at(invitation),
            window=asker.window if asker else ALWAYS,
            zone=zone(contact.timezone, company.timezone if company else "", self.policy.zone.key),
            holidays=self.policy.closed_days.of(contact.region or (company.region if company else "")),
            media=asker.media if asker else ("email",),
            person=self.people.get(contact.pk, NOBODY),
            cancelled_at=touchpoint.cancelled_at if touchpoint else None,
            switched_off=survey.is_switched_off or (asker is not None and not asker.is_active),
            turn_skipped=_skips_turn(invitation),
            paused=survey.status == Survey.Status.PAUSED,
            sampling_share=float(asker.sampling_share) if asker else 1.0,
            deal_asked_at=_last(ask.asked_at for ask in of_survey if deal_id and ask.deal_id == deal_id),
            pending_until=_last(ask.pending_until for ask in of_survey),
            held_since=self.held_since.get(contact.pk),
            repeat_days=_repeat_days(invitation),
            last_of_survey=_last(ask.asked_at for ask in of_survey),
            last_of_kind=_last(
                ask.asked_at for ask in asks if ask.kind == invitation.kind and ask.survey_id != survey.pk
            ),
            last_of_any=latest.asked_at if latest else None,
            last_name=latest.survey if latest else "",
            rival_due_at=rival.due_at if rival else None,
            rival_name=rival.survey if rival else "",
            rival_asked_at=rival_asked.asked_at if rival_asked else None,
            rival_asked_name=rival_asked.survey if rival_asked else "",
            company_asks=self.company_asks.get(invitation.company_id or 0, ()),
            daily_maximum=survey.daily_maximum,
            asked_today=self.asked_today[survey.pk],
            lined_up=self.lined_up[survey.pk],
        )

    def last_of_others(self, invitation: Invitation) -> datetime | None:
        """Return when any other survey last asked this contact."""
        asks = self.asks[invitation.contact_id]
        return _last(ask.asked_at for ask in asks if ask.survey_id != invitation.survey_id)

    def judged(self, invitation: Invitation, verdict: Verdict) -> None:
        """Take a verdict into account, so that the next of the batch is judged by how things stand now."""
        asks = self.asks[invitation.contact_id]
        planned = [ask for ask in asks if ask.invitation_id == invitation.pk and ask.asked_at is None]
        asks[:] = [ask for ask in asks if ask not in planned]
        if verdict.outcome is Outcome.ASK:
            self.asked(invitation)
        elif verdict.until:
            asks += [replace(ask, due_at=verdict.until) for ask in planned]
            self.lined_up[invitation.survey_id] += verdict.reason == "daily_maximum"

    def asked(self, invitation: Invitation) -> None:
        """Count an ask made at this moment, so that the next of the batch sees it."""
        survey, touchpoint = invitation.survey, invitation.touchpoint
        deal_id = touchpoint.deal_id if touchpoint else None
        self.asks[invitation.contact_id].append(
            Ask(
                survey_id=survey.pk,
                kind=invitation.kind,
                deal_id=deal_id,
                asked_at=self.now,
                pending_until=self.now + survey.validity,
                due_at=invitation.due_at,
                priority=survey.priority,
                survey=survey.name,
            )
        )
        self.asked_today[survey.pk] += 1
        if invitation.company_id:
            self.company_asks[invitation.company_id].append(self.now)

    def _fetch_asks(self, contacts: set[int]) -> None:
        live = Q(asked_at__isnull=False) & ~Q(status=Invitation.Status.FAILED)
        planned = Q(status=Invitation.Status.PLANNED, survey__status=Survey.Status.ACTIVE)
        rows = Invitation.objects.filter(live | planned, contact__in=contacts).values_list(
            "contact", "survey", "kind", "touchpoint__deal", "asked_at", "expires_at", "status", "due_at",
            "survey__priority", "survey__name", "pk",
        )  # fmt: skip
        for contact, survey, kind, deal, asked_at, expires_at, status, due_at, priority, name, pk in rows:
            pending_until = expires_at if status in AWAITING_ANSWER else None
            self.asks[contact].append(Ask(survey, kind, deal, asked_at, pending_until, due_at, priority, name, pk))

    def _fetch_standing_holds(self, contacts: set[int]) -> None:
        holds = Hold.objects.standing().filter(contact__in=contacts).values_list("contact")
        self.held_since = dict(holds.annotate(Min("since")))

    def _fetch_companies(self, companies: set[int]) -> None:
        since = self.now - timedelta(days=self.policy.company_window_days)
        asks = Invitation.objects.filter(company__in=companies, asked_at__gt=since)
        for company, asked_at in asks.exclude(status=Invitation.Status.FAILED).values_list("company", "asked_at"):
            if asked_at:
                self.company_asks[company].append(asked_at)

    def _fetch_today(self, surveys: set[int]) -> None:
        asks = Invitation.objects.filter(asked_at__gte=day_start(self.now, self.policy.zone), survey__in=surveys)
        self.asked_today.update(dict(asks.values_list("survey").annotate(Count("pk"))))
        waiting = Invitation.objects.filter(
            survey__in=surveys, status=Invitation.Status.PLANNED, reason="daily_maximum", due_at__gt=self.now
        )
        self.lined_up.update(dict(waiting.values_list("survey").annotate(Count("pk"))))


def wanted_at(invitation: Invitation) -> datetime:
    """Return the moment at which the trigger wants the ask, before any send window."""
    if invitation.trigger and invitation.touchpoint:
        return invitation.touchpoint.occurred_at + invitation.trigger.delay
    return invitation.planned_at


def _skips_turn(invitation: Invitation) -> bool:
    """Return whether the wave rests: a turn that comes while it does is not made up for."""
    wave = invitation.wave
    return wave is not None and (wave.is_resting or invitation.survey.status == Survey.Status.PAUSED)


def _repeat_days(invitation: Invitation) -> int | None:
    """Return how long the survey rests for a contact; a wave has a cadence of its own."""
    survey, wave = invitation.survey, invitation.wave
    if survey.repeat_days is None and wave:
        return wave.cadence_days - SLACK_DAYS
    return survey.repeat_days


def _latest(asks: Iterable[Ask]) -> Ask | None:
    return max((ask for ask in asks if ask.asked_at), key=lambda ask: ask.asked_at or ask.due_at, default=None)


def _last(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)
