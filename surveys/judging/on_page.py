"""Ask who is on a page or in an app of ours just now: the same judge decides, and what was shown is an ask like any."""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import transaction

from accounts import tokens
from crm.models import Contact
from surveys.judging import judgements
from surveys.judging.by_hand import NotAsked, blank, draft
from surveys.judging.case import Policy
from surveys.judging.eligibility import Outcome, Verdict, judge
from surveys.judging.facts import History, policy_in_force
from surveys.judging.rules import BY_CODE, OF_OWN_ASKS, OF_PAGES
from surveys.locks import Work, wait_briefly
from surveys.models import Invitation, Origin, Survey, SurveyVersion

# Somebody looks at the page meanwhile. Who cannot be judged by then is not asked.
PATIENCE = timedelta(seconds=1)
# A look goes by the policy of at most so many seconds ago, and tells ends within so many days.
POLICY_KEPT, FARTHEST = 10, 3660


def verdict(contact: Contact, survey: Survey, version: SurveyVersion, now: datetime) -> Verdict:
    """Say whether a contact may be asked on a page at this moment; nothing is written.

    Most pages get a no because of what the contact was asked before: that is looked at first, by the same rules.
    `until` is told however far away it lies, by the policy of some seconds ago: whoever is shown the question is judged
    anew.
    """
    policy = _known_policy(int(time.monotonic() // POLICY_KEPT))
    looked_at = blank(contact, survey, version, now=now)
    looked_at.brand = survey.brand
    own = History.of_own_asks(looked_at, policy, now).facts_of(looked_at)
    found = judge(own, policy, now, rules=OF_OWN_ASKS)
    return found if found.outcome is not Outcome.ASK else _judged(looked_at, policy, now)


def ends_by_time(found: Verdict) -> bool:
    """Whether a refusal stands until its time has come, whatever happens before, unless the policy changes."""
    return found.until is not None and BY_CODE[found.reason].ends_by_time


def clocks(survey: Survey) -> tuple[object, ...]:
    """Return what the refusals that end by time go by, as it was some seconds ago: another policy gives another one."""
    policy = _known_policy(int(time.monotonic() // POLICY_KEPT))
    days = (sorted(policy.kind_days.items()), policy.floor_days, survey.repeat_days)
    return (*days, policy.company_budget, policy.company_window_days)


def forget() -> None:
    """Read the policy anew at the next look."""
    _known_policy.cache_clear()


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
    found = _judged(invitation, policy_in_force(), now)
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


@lru_cache(maxsize=1)
def _known_policy(_period: int) -> Policy:
    # On a page no ask comes too late, so each wait has an end to tell.
    return replace(policy_in_force(), days_late=FARTHEST)


def _judged(invitation: Invitation, policy: Policy, now: datetime) -> Verdict:
    facts = History.of([invitation], policy, now, by_letter=False).facts_of(invitation)
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
