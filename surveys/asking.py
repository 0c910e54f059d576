"""How each survey stands with one contact, and asking at once against the rules of how often and when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts import clock
from accounts.models import User
from crm.models import Contact
from surveys import reasons
from surveys.eligibility import OVERRIDABLE, Outcome, Verdict, day_start, judge
from surveys.facts import RELATIONS, History, policy_in_force
from surveys.judging import keep, trace_of
from surveys.locks import Work, wait_for
from surveys.models import Invitation, ManualAsk, Survey, SurveyVersion, Trigger, Wave

# More of a contact's invitations than anybody reads; the timeline has them all.
LATEST = 200


@dataclass(frozen=True)
class Standing:
    """What one trigger or wave did with a contact (the latest of each) and would do as things stand."""

    asker: Trigger | Wave
    asked: Invitation | None
    planned: Invitation | None
    refused: Invitation | None
    verdict: Verdict

    @property
    def wave(self) -> Wave | None:
        return self.asker if isinstance(self.asker, Wave) else None

    @property
    def is_refused(self) -> bool:
        return self.verdict.outcome is Outcome.SUPPRESS

    @property
    def asks_at(self) -> datetime | None:
        """When the planned invitation would be sent, or None."""
        if self.planned is None or self.is_refused:
            return None
        return self.verdict.until or self.planned.due_at

    @property
    def until(self) -> datetime | None:
        return self.verdict.until

    @property
    def reason(self) -> str:
        return reasons.label(self.verdict.reason) if self.verdict.reason else ""

    @property
    def refusal(self) -> str:
        return reasons.label(self.refused.reason) if self.refused else ""

    @property
    def lines(self) -> list[reasons.Line]:
        return reasons.lines(trace_of(self.verdict))


def standings(contact: Contact, *, now: datetime | None = None) -> list[Standing]:
    """Return how all triggers and waves that are switched on stand with `contact`; ten queries at most."""
    now = now or clock.now()
    in_order = ("survey__name", "name", "pk")
    triggers = Trigger.objects.asking().select_related("survey").order_by(*in_order)
    waves = Wave.objects.asking().select_related("survey").order_by(*in_order)
    askers: list[Trigger | Wave] = [*triggers, *waves]
    known = list(contact.invitations.select_related(*RELATIONS).order_by("-pk")[:LATEST])
    policy = policy_in_force()
    made = {asker: [i for i in known if i.asker == asker] for asker in askers}
    subjects = [_planned_among(made[asker]) or _supposed(contact, asker, now) for asker in askers]
    history = History.of(subjects, policy, now)
    found = []
    for asker, subject in zip(askers, subjects, strict=True):
        moment = max(now, subject.due_at)
        facts = history.facts_of(subject)
        if moment >= day_start(now, policy.zone, days=1):
            facts = replace(facts, asked_today=0)
        found.append(
            Standing(
                asker=asker,
                asked=_latest(i for i in known if i.survey_id == asker.survey_id and i.asked_at),
                planned=subject if subject.pk else None,
                refused=_latest(i for i in made[asker] if i.status == i.Status.SUPPRESSED),
                verdict=judge(facts, policy, moment),
            )
        )
    return found


@transaction.atomic
def ask_anyway(*, contact: Contact, survey: Survey, by: User, reason: str, now: datetime | None = None) -> Invitation:
    """Ask `contact` at this moment, whatever OVERRIDABLE rules say, and keep who wanted it and why.

    An invitation to the survey that is planned already is the one that is sent. Everything else is as with every ask:
    the same judge with its trace, the same outbox. Asked twice at once, the second finds the first one still open.
    Raises NotAsked when a rule that nobody may overrule stands against it; nothing is kept then.
    """
    wait_for(Work.JUDGING)
    now = now or clock.now()
    version = SurveyVersion.objects.latest_of(survey.pk)
    if version is None:
        raise NotAsked("switched_off")
    invitation = _waiting(contact, survey) or _by_hand(contact, survey, version, now)
    invitation.due_at = now
    policy = policy_in_force()
    verdict = judge(History.of([invitation], policy, now).facts_of(invitation), policy, now, OVERRIDABLE)
    if verdict.outcome is not Outcome.ASK:
        raise NotAsked(verdict.reason)
    if not invitation.pk:
        invitation.save()
    keep([(invitation, verdict)], now)
    ManualAsk.objects.create(invitation=invitation, by=by, reason=reason, at=now)
    return invitation


class NotAsked(Exception):
    """A rule that nobody may overrule stands against an ask; `reason` is its code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _planned_among(known: Sequence[Invitation]) -> Invitation | None:
    planned = [invitation for invitation in known if invitation.status == Invitation.Status.PLANNED]
    return min(planned, key=lambda invitation: invitation.due_at, default=None)


def _supposed(contact: Contact, asker: Trigger | Wave, now: datetime) -> Invitation:
    """Return the invitation that there would be if a delay ended, or a turn came, now."""
    survey = asker.survey
    ask = Invitation(survey=survey, contact=contact, company=contact.company, kind=survey.kind)
    ask.trigger, ask.wave = (None, asker) if isinstance(asker, Wave) else (asker, None)
    ask.planned_at = ask.due_at = now
    return ask


def _latest(invitations: Iterable[Invitation]) -> Invitation | None:
    return max(invitations, key=lambda i: (i.asked_at or i.judged_at or i.planned_at, i.pk), default=None)


def _waiting(contact: Contact, survey: Survey) -> Invitation | None:
    planned = contact.invitations.filter(survey=survey, status=Invitation.Status.PLANNED)
    standing = planned.exclude(touchpoint__cancelled_at__isnull=False).order_by("due_at", "pk")
    return standing.select_related(*RELATIONS, "product", "manager").select_for_update(of=("self",)).first()


def _by_hand(contact: Contact, survey: Survey, version: SurveyVersion, now: datetime) -> Invitation:
    """Return an unsaved invitation with the facts of what happened last with the contact."""
    languages = [code for code, _name in settings.LANGUAGES]
    language = contact.language if contact.language in languages else survey.default_language
    invitation = Invitation(survey=survey, version=version, contact=contact, kind=survey.kind, language=language)
    invitation.company, invitation.planned_at = contact.company, now
    latest = contact.touchpoints.standing().select_related("manager__team", "product", "channel", "company")
    touchpoint = latest.order_by("-occurred_at", "-pk").first()
    if touchpoint:
        invitation.touchpoint = touchpoint
        invitation.company = touchpoint.company or contact.company
        invitation.manager = touchpoint.manager
        invitation.team = touchpoint.manager.team if touchpoint.manager else None
        invitation.product, invitation.channel = touchpoint.product, touchpoint.channel
        invitation.campaign, invitation.amount = touchpoint.campaign, touchpoint.amount
        invitation.currency = touchpoint.currency
    return invitation
