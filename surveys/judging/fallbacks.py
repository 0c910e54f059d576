"""Ask by the next medium what did not arrive by the one before, or was not answered in time.

Claim, judge, record and queue, all in one transaction. A message that still waits in the outbox is called off for it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.setaside import Batch
from crm import reachability
from crm.reachability import Purpose
from delivery import media
from delivery import services as delivery
from delivery.models import Message
from surveys.judging import fallback_times, judgements
from surveys.judging.batches import Judged
from surveys.judging.case import CaseFacts
from surveys.judging.eligibility import Outcome, Verdict, judge
from surveys.judging.facts import RELATIONS, History, policy_in_force
from surveys.judging.fallback_times import LOOK_AGAIN, Carried, Turn
from surveys.judging.reminders import Letters
from surveys.judging.rules import OF_REMINDERS
from surveys.letters import kinds, messages
from surveys.letters.last_check import OVERTAKEN
from surveys.locks import Work, wait_for
from surveys.models import Invitation, InvitationMessage

FALLING_BACK = Batch("falling_back", _("asking by the next medium"), task="surveys.fall_back", model=Invitation)
# No reminder follows closer behind the next medium.
REST = timedelta(days=1)
ASKS = (Message.Purpose.INVITE, Message.Purpose.REMINDER)


@dataclass
class Trail:
    """The messages of one ask: the newest, and the media that were tried; one that was called off tried none, unless
    the next medium overtook it."""

    newest: Carried | None = None
    tried: set[str] = field(default_factory=set)
    numbers: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def fall_back_batch(*, limit: int, now: datetime) -> Judged:
    """Judge up to `limit` asks whose time for the next medium has come, and queue the messages of those that may go.

    An ask that is just being answered is left to the answer, and one that fails is set aside.
    """
    # An ask by another medium and an ask of another survey must not pass each other unseen.
    wait_for(Work.JUDGING)
    run = FALLING_BACK.run(now)
    due = Invitation.objects.to_fall_back(now).exclude(pk__in=run.resting).order_by("fall_back_at", "pk")
    claimed = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
    worked = run.each_alone(claimed, partial(_fall_back, now=now))
    return sum(worked.results, Judged(set_aside=len(worked.set_aside)))


def _fall_back(ids: Sequence[int], *, now: datetime) -> Judged:
    due = Invitation.objects.filter(pk__in=ids).order_by("fall_back_at", "pk")
    invitations = list(due.select_related(*{*RELATIONS, *kinds.FACTS}))
    policy = policy_in_force()
    letters = Letters(invitations, History.of(invitations, policy, now))
    trails = _trails(invitations)
    going, waiting = [], []
    for invitation in invitations:
        trail = trails[invitation.pk]
        step = _step(invitation, trail)
        if step is None or step.at > now:
            invitation.fall_back_at = step.at if step else None
            waiting.append(invitation)
            continue
        case = _case(letters.facts_of(invitation), invitation, trail, step)
        way = reachability.way(case.person, case.media, case.purpose, policy.reach)
        if not way:
            # By no other medium either: there is nothing to judge.
            invitation.fall_back_at = None
            waiting.append(invitation)
            continue
        verdict = judge(case, policy, now, rules=OF_REMINDERS)
        going.append((invitation, verdict, step))
        letters.judged(invitation, verdict)
    Invitation.objects.bulk_update(waiting, ["fall_back_at"])
    return _record(going, trails, now) + Judged(deferred=len(waiting))


def _step(invitation: Invitation, trail: Trail) -> Turn | None:
    patience = fallback_times.patience_of(invitation.asker)
    return fallback_times.step(trail.newest, patience) if trail.newest and patience else None


def _case(facts: CaseFacts, invitation: Invitation, trail: Trail, step: Turn) -> CaseFacts:
    """Return what is known of an ask by one of the media that were not tried."""
    return replace(
        facts,
        switched_off=invitation.survey.is_switched_off,
        media=[medium for medium in facts.media if medium not in trail.tried],
        purpose=Purpose.REMINDER if step.reminds else Purpose.ASK,
        wanted_at=step.at,
    )


Going = Sequence[tuple[Invitation, Verdict, Turn]]


def _record(going: Going, trails: dict[int, Trail], now: datetime) -> Judged:
    """Keep the verdicts, and queue what may go unless the message before it is just being handed over."""
    under_way = _call_off([trails[i.pk] for i, verdict, _step in going if verdict.outcome is Outcome.ASK])
    letters, asked = [], []
    for invitation, verdict, step in going:
        trail = trails[invitation.pk]
        if verdict.outcome is not Outcome.ASK:
            invitation.fall_back_at = verdict.until
        elif trail.newest and trail.newest.message in under_way:
            invitation.fall_back_at = now + LOOK_AGAIN
        else:
            letters.append(_message(invitation, verdict, step, trail, now))
            asked.append(invitation)
            invitation.fall_back_at = fallback_times.first(invitation.asker, now)
            if invitation.remind_at:
                invitation.remind_at = max(invitation.remind_at, now + REST)
    kept = [(i, verdict) for i, verdict, _step in going if verdict.outcome is not Outcome.ASK or i in asked]
    numbers = {i.pk: trails[i.pk].numbers.get(Message.Purpose.REMINDER, 0) + 1 for i, _v, step in going if step.reminds}
    judgements.record(kept, now, reminders=numbers)
    changed = ["medium", "address_key", "fall_back_at", "remind_at"]
    Invitation.objects.bulk_update([i for i, _verdict, _step in going], changed)
    if letters:
        messages.queue(letters, asked)
    outcomes = [verdict.outcome for _invitation, verdict in kept]
    return Judged(*(outcomes.count(outcome) for outcome in (Outcome.ASK, Outcome.DEFER, Outcome.SUPPRESS)))


def _message(invitation: Invitation, verdict: Verdict, step: Turn, trail: Trail, now: datetime) -> Message:
    kind = messages.REMINDER if step.reminds else messages.INVITE
    before, invitation.medium = invitation.medium, verdict.medium
    number = trail.numbers.get(kind.purpose, 0) + 1
    written = messages.message(invitation, kind, number, now, to=verdict.address)
    if step.reminds:
        # It was asked by the medium before, and only reminded by this one.
        invitation.medium = before
    else:
        invitation.note_address(verdict.medium, verdict.address)
    return written


def _call_off(trails: Iterable[Trail]) -> Collection[int]:
    """Call off the messages that still wait in the outbox; return those that are just being handed over instead."""
    waiting = [trail.newest.message for trail in trails if trail.newest and trail.newest.waits]
    return set(waiting) - delivery.call_off(waiting, reason=OVERTAKEN) if waiting else set()


def _trails(invitations: Sequence[Invitation]) -> dict[int, Trail]:
    """Return the messages of each ask, in two queries."""
    brands = {i.pk: i.brand_id or i.survey.brand_id for i in invitations}
    trails = {pk: Trail() for pk in brands}
    tells: dict[tuple[str, int], bool] = {}
    rows = InvitationMessage.objects.filter(invitation__in=invitations, message__purpose__in=ASKS)
    for sending in rows.select_related("message").order_by("message"):
        message, trail = sending.message, trails[sending.invitation_id]
        place = (message.medium, brands[sending.invitation_id])
        if place not in tells:
            tells[place] = media.transport_of(message.medium).tells_arrival(place[1])
        trail.newest = Carried(
            message=message.pk,
            purpose=message.purpose,
            status=message.status,
            queued_at=message.created_at,
            sent_at=message.sent_at,
            tells_arrival=tells[place],
        )
        trail.numbers[message.purpose] = trail.numbers.get(message.purpose, 0) + 1
        if message.status != Message.Status.CANCELLED or message.error == OVERTAKEN:
            trail.tried.add(message.medium)
    return trails
