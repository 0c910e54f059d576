"""Ask who is on a page or in an app of ours just now: the same judge decides, and what was shown is an ask like any."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts import tokens
from crm.models import Contact
from surveys.judging import judgements
from surveys.judging.by_hand import NotAsked, draft
from surveys.judging.eligibility import Outcome, Verdict, judge
from surveys.judging.facts import History, policy_in_force
from surveys.judging.rules import OF_PAGES
from surveys.locks import Work, wait_briefly
from surveys.models import Invitation, Origin, Survey, SurveyVersion

# Somebody looks at the page meanwhile. Who cannot be judged by then is not asked.
PATIENCE = timedelta(seconds=1)


def verdict(contact: Contact, survey: Survey, version: SurveyVersion, now: datetime) -> Verdict:
    """Say whether a contact may be asked on a page at this moment; nothing is written."""
    return _judged(_ask(contact, survey, version, {}, now), now)


@transaction.atomic
def ask(
    contact: Contact, survey: Survey, version: SurveyVersion, *, facts: Mapping[str, Any], now: datetime
) -> Invitation:
    """Record that a survey is being shown to a contact on a page, with the trace of the judge, and return the ask.

    From here on it counts for every clock and budget, as a letter would that arrived at this moment; no letter goes
    out. `facts` (columns and their values) say what the page is about. Two pages at once: the second finds the first
    one open. Raises NotAsked when a rule stands against it, StillAtWork when the judge is busy; nothing is kept then.
    """
    wait_briefly(Work.JUDGING, at_most=PATIENCE)
    invitation = _ask(contact, survey, version, facts, now)
    found = _judged(invitation, now)
    if found.outcome is not Outcome.ASK:
        raise NotAsked(found.reason)
    invitation.save()
    invitation.token_hash = tokens.digest(invitation.token)
    invitation.status, invitation.expires_at = Invitation.Status.DELIVERED, now + survey.validity
    invitation.judged_at = invitation.queued_at = invitation.asked_at = now
    invitation.sent_at = invitation.delivered_at = now
    if found.address:
        # Others who carry the same address were asked with it.
        invitation.note_address(found.medium, found.address)
    invitation.save()
    judgements.record([(invitation, found)], now)
    return invitation


def _judged(invitation: Invitation, now: datetime) -> Verdict:
    policy = policy_in_force()
    facts = History.of([invitation], policy, now).facts_of(invitation)
    return judge(facts, policy, now, rules=OF_PAGES)


def _ask(
    contact: Contact, survey: Survey, version: SurveyVersion, facts: Mapping[str, Any], now: datetime
) -> Invitation:
    """Return an unsaved ask about a page, of a customer whom somebody looks after. What happened last is not asked."""
    invitation = draft(contact, survey, version, now=now)
    known = {"company_id": contact.company_id, "manager_id": invitation.manager_id, "team_id": invitation.team_id}
    for column in Invitation.COLUMNS:
        blank = "" if column in ("campaign", "currency") else None
        setattr(invitation, column, facts.get(column) or known.get(column) or blank)
    invitation.touchpoint, invitation.touchpoint_kind = None, ""
    invitation.origin, invitation.due_at = Origin.WIDGET, now
    invitation.brand, invitation.profile = survey.brand, contact.profile
    return invitation
