"""Ask at once, by hand, overruling how often and when we ask."""

from datetime import datetime

from django.db import transaction

from accounts import clock
from accounts.customerlanguages import spoken
from accounts.models import User
from crm.models import Contact, Touchpoint
from surveys.judging.batches import keep
from surveys.judging.eligibility import Outcome, judge
from surveys.judging.facts import RELATIONS, History, policy_in_force
from surveys.judging.rules import OVERRIDABLE
from surveys.locks import Work, wait_for
from surveys.models import Invitation, ManualAsk, Survey, SurveyVersion
from surveys.wording import texts


@transaction.atomic
def ask_anyway(*, contact: Contact, survey: Survey, by: User, reason: str, now: datetime | None = None) -> Invitation:
    """Ask `contact` now, whatever the OVERRIDABLE rules say, and keep who wanted it and why.

    If an invitation to the survey is already planned, that one is sent. Everything else is as with any ask:
    the same judge with its trace, the same outbox. Asked twice at once, the second finds the first one still open.
    Raises NotAsked when a rule that nobody may overrule stands against it; nothing is kept then.
    """
    wait_for(Work.JUDGING)
    now = now or clock.now()
    version = SurveyVersion.objects.latest_of(survey.pk)
    if version is None:
        raise NotAsked("switched_off")
    invitation = _waiting(contact, survey) or draft(contact, survey, version, now=now)
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


def _waiting(contact: Contact, survey: Survey) -> Invitation | None:
    planned = contact.invitations.filter(survey=survey, status=Invitation.Status.PLANNED)
    standing = planned.exclude(touchpoint__cancelled_at__isnull=False).order_by("due_at", "pk")
    return standing.select_related(*RELATIONS, "product", "manager").select_for_update(of=("self",)).first()


def draft(
    contact: Contact, survey: Survey, version: SurveyVersion, *, now: datetime, about: Touchpoint | None = None
) -> Invitation:
    """Return an unsaved invitation with the facts of a touchpoint, else of what happened last with the contact."""
    invitation = blank(contact, survey, version, now=now)
    touchpoint = about or _latest(contact)
    if touchpoint:
        invitation.touchpoint = touchpoint
        invitation.touchpoint_kind = touchpoint.kind
        invitation.copy_facts(touchpoint)
        invitation.company = touchpoint.company or contact.company
        invitation.team = touchpoint.team or (touchpoint.manager.team if touchpoint.manager else None)
    invitation.brand, invitation.profile = survey.brand, contact.profile
    return invitation


def blank(contact: Contact, survey: Survey, version: SurveyVersion, *, now: datetime) -> Invitation:
    """Return an unsaved invitation about nothing that happened."""
    language = spoken.matched(contact.language, texts.offered(version)) or survey.default_language
    invitation = Invitation(survey=survey, version=version, contact=contact, kind=survey.kind, language=language)
    invitation.metric = survey.metric
    invitation.company, invitation.planned_at = contact.company, now
    return invitation


def _latest(contact: Contact) -> Touchpoint | None:
    standing = contact.touchpoints.standing().select_related("manager__team", "team", "product", "channel", "company")
    return standing.order_by("-occurred_at", "-pk").first()
