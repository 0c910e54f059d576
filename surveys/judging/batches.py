"""Judge due invitations: claim them, judge them in due order and record the verdicts, all in one transaction."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import connection, transaction
from django.db.models import ForeignKey
from django.utils.translation import gettext_lazy as _

from accounts import tokens
from accounts.setaside import Batch
from delivery.models import Message
from surveys.experiments import enrolment
from surveys.judging import fallback_times, judgements, reminder_times
from surveys.judging.eligibility import Outcome, Verdict, judge
from surveys.judging.facts import RELATIONS, History, policy_in_force
from surveys.letters import kinds, messages
from surveys.locks import Work, claim
from surveys.models import Invitation

RECORD = """
    UPDATE surveys_invitation AS i
    SET status = n.status, reason = n.reason, medium = n.medium, due_at = n.due_at, judged_at = %s,
        queued_at = n.queued_at, expires_at = n.expires_at, remind_at = n.remind_at, fall_back_at = n.fall_back_at,
        token_hash = decode(n.token_hash, 'hex'), address_key = n.address_key
    FROM unnest(
        %s::bigint[], %s::text[], %s::text[], %s::text[], %s::timestamptz[],
        %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::bigint[]
    ) AS n (id, status, reason, medium, due_at, queued_at, expires_at, remind_at, fall_back_at, token_hash, address_key)
    WHERE i.id = n.id
"""


OWN = ("touchpoint", "contact")
SHARED = [
    field
    for field in Invitation._meta.concrete_fields
    if isinstance(field, ForeignKey) and field.name in {*RELATIONS, *kinds.FACTS} - {*OWN}
]
JUDGING = Batch("judging", _("judging invitations"), task="surveys.judge_invitations", model=Invitation)


@dataclass(frozen=True)
class Judged:
    """How many invitations a run asked, put off and refused, and how many it could not judge."""

    asked: int = 0
    deferred: int = 0
    suppressed: int = 0
    set_aside: int = 0

    @property
    def total(self) -> int:
        return self.asked + self.deferred + self.suppressed + self.set_aside

    def __add__(self, other: "Judged") -> "Judged":
        return Judged(
            self.asked + other.asked,
            self.deferred + other.deferred,
            self.suppressed + other.suppressed,
            self.set_aside + other.set_aside,
        )


@transaction.atomic
def judge_batch(*, limit: int, now: datetime) -> Judged:
    """Judge up to `limit` due invitations; the messages of those that are asked wait in the outbox afterwards.

    One judge works at a time, so that two invitations of one contact never pass each other unseen; another one
    returns at once with nothing judged. An invitation that cannot be judged is set aside and stops no other.
    """
    if not claim(Work.JUDGING):
        return Judged()
    run = JUDGING.run(now)
    due = Invitation.objects.due(now).exclude(pk__in=run.resting).order_by("due_at", "pk")
    claimed = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
    worked = run.each_alone(claimed, partial(_judge, now=now))
    return sum(worked.results, Judged(set_aside=len(worked.set_aside)))


def _judge(ids: Sequence[int], *, now: datetime) -> Judged:
    due = Invitation.objects.filter(pk__in=ids).order_by("due_at", "pk")
    invitations = list(due.select_related(*OWN).with_experiments(now))
    _follow_touchpoints(invitations)
    _share(invitations)
    enrolment.enrol(invitations, now)
    return keep(_judge_all(invitations, now), now)


def _share(invitations: Sequence[Invitation]) -> None:
    """Give the invitations of a batch what they have in common, read once for all of them."""
    for field in SHARED:
        ids = {getattr(invitation, field.attname) for invitation in invitations} - {None}
        known = field.related_model._base_manager.in_bulk(ids)
        for invitation in invitations:
            if related := known.get(getattr(invitation, field.attname)):
                field.set_cached_value(invitation, related)


def _follow_touchpoints(invitations: Sequence[Invitation]) -> None:
    """Take over what a touchpoint has learned since planning: many systems name the owner seconds later."""
    changed = [invitation for invitation in invitations if invitation.follow_touchpoint()]
    if changed:
        Invitation.objects.bulk_update(changed, [name.removesuffix("_id") for name in Invitation.COLUMNS])


def keep(verdicts: Sequence[tuple[Invitation, Verdict]], now: datetime) -> Judged:
    """Record verdicts on their invitations, with the traces, and queue the messages of those that are asked."""
    # One that was called off and revived has had a message already.
    again = {invitation.pk for invitation, _verdict in verdicts if invitation.queued_at}
    _apply(verdicts, now)
    return _record(verdicts, now, again)


def _judge_all(invitations: Sequence[Invitation], now: datetime) -> list[tuple[Invitation, Verdict]]:
    policy = policy_in_force()
    history = History.of(invitations, policy, now)
    verdicts = []
    # The important first: what becomes of them decides over those that compete with them.
    for invitation in sorted(invitations, key=lambda i: (-i.survey.priority, i.due_at, i.pk)):
        verdict = judge(history.facts_of(invitation), policy, now)
        history.judged(invitation, verdict)
        verdicts.append((invitation, verdict))
    return verdicts


def _apply(verdicts: Iterable[tuple[Invitation, Verdict]], now: datetime) -> None:
    for invitation, verdict in verdicts:
        invitation.judged_at, invitation.reason, invitation.medium = now, verdict.reason, verdict.medium
        if verdict.outcome is Outcome.ASK:
            invitation.status = Invitation.Status.QUEUED
            invitation.queued_at, invitation.expires_at = now, now + invitation.survey.validity
            invitation.remind_at = reminder_times.due_at(invitation)
            invitation.fall_back_at = fallback_times.first(invitation.asker, now)
            invitation.token_hash = tokens.digest(invitation.token)
            invitation.note_address(verdict.medium, verdict.address)
        elif verdict.until:
            invitation.due_at = verdict.until
        else:
            invitation.status = Invitation.Status.SUPPRESSED


def _record(verdicts: Sequence[tuple[Invitation, Verdict]], now: datetime, again: Collection[int]) -> Judged:
    invitations = [invitation for invitation, _verdict in verdicts]
    with connection.cursor() as cursor:
        cursor.execute(RECORD, [now, *_columns(invitations)])
    judgements.record(verdicts, now)
    outcomes = [verdict.outcome for _invitation, verdict in verdicts]
    asked = [(i, verdict.address) for i, verdict in verdicts if i.status == i.Status.QUEUED]
    _queue(asked, now, again)
    return Judged(*(outcomes.count(outcome) for outcome in (Outcome.ASK, Outcome.DEFER, Outcome.SUPPRESS)))


def _columns(invitations: Iterable[Invitation]) -> list[list[object]]:
    rows = (
        (
            i.pk, i.status, i.reason, i.medium, i.due_at, i.queued_at, i.expires_at, i.remind_at,
            i.fall_back_at, (i.token_hash or b"").hex() or None, i.address_key,
        )
        for i in invitations
    )  # fmt: skip
    return [list(column) for column in zip(*rows, strict=True)]


def _queue(asked: Sequence[tuple[Invitation, str]], now: datetime, again: Collection[int]) -> None:
    if not asked:
        return
    had = messages.counted(again, Message.Purpose.INVITE) if again else {}
    letters = [messages.message(i, messages.INVITE, had.get(i.pk, 0) + 1, now, to=address) for i, address in asked]
    messages.queue(letters, [invitation for invitation, _address in asked])
