"""Judge due reminders: claim, judge, record and queue them, all in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.setaside import Batch
from crm.reachability import Purpose
from delivery.models import Message
from surveys.judging import judgements, reminder_times
from surveys.judging.asks import Ask
from surveys.judging.case import CaseFacts
from surveys.judging.eligibility import Outcome, Verdict, judge
from surveys.judging.facts import RELATIONS, History, policy_in_force
from surveys.judging.rules import OF_REMINDERS
from surveys.letters import kinds, messages
from surveys.locks import Work, wait_for
from surveys.models import Invitation, InvitationMessage

REMINDING = Batch("reminding", _("reminding"), task="surveys.remind_invitations", model=Invitation)


@dataclass(frozen=True)
class Reminded:
    """How many reminders a run sent, put off, gave up, and could not judge."""

    reminded: int = 0
    deferred: int = 0
    stopped: int = 0
    set_aside: int = 0

    @property
    def total(self) -> int:
        return self.reminded + self.deferred + self.stopped + self.set_aside

    def __add__(self, other: "Reminded") -> "Reminded":
        return Reminded(
            self.reminded + other.reminded,
            self.deferred + other.deferred,
            self.stopped + other.stopped,
            self.set_aside + other.set_aside,
        )


@transaction.atomic
def remind_batch(*, limit: int, now: datetime) -> Reminded:
    """Judge up to `limit` due reminders in due order and queue the letters of those that may go out.

    One worker reminds or judges at a time; a row that is just being answered is left to the answer, and one that fails
    is set aside.
    """
    # A reminder and an ask of one mailbox must not pass each other unseen.
    wait_for(Work.JUDGING)
    run = REMINDING.run(now)
    due = Invitation.objects.to_remind(now).exclude(pk__in=run.resting).order_by("remind_at", "pk")
    claimed = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
    worked = run.each_alone(claimed, partial(_remind, now=now))
    return sum(worked.results, Reminded(set_aside=len(worked.set_aside)))


def _remind(ids: Sequence[int], *, now: datetime) -> Reminded:
    due = Invitation.objects.filter(pk__in=ids).order_by("remind_at", "pk")
    verdicts = _judge_all(list(due.select_related(*{*RELATIONS, *kinds.FACTS})), now)
    _record(verdicts, now)
    outcomes = [verdict.outcome for _invitation, verdict in verdicts]
    return Reminded(*(outcomes.count(outcome) for outcome in (Outcome.ASK, Outcome.DEFER, Outcome.SUPPRESS)))


def _judge_all(invitations: Sequence[Invitation], now: datetime) -> list[tuple[Invitation, Verdict]]:
    policy = policy_in_force()
    history = History.of(invitations, policy, now)
    letters = Letters(invitations, history)
    verdicts = []
    for invitation in invitations:
        verdict = judge(_facts(invitation, letters), policy, now, rules=OF_REMINDERS)
        verdicts.append((invitation, verdict))
        letters.judged(invitation, verdict)
    return verdicts


def _last_reminders(asks: Iterable[Ask]) -> dict[int, datetime]:
    """Return when the last reminder of each of these asks went out; asks without one are left out."""
    ids = {ask.invitation_id for ask in asks}
    if not ids:
        return {}
    sent = InvitationMessage.objects.filter(invitation__in=ids, message__purpose=Message.Purpose.REMINDER)
    standing = sent.exclude(message__status=Message.Status.CANCELLED)
    return dict(standing.values_list("invitation").annotate(Max("message__created_at")))


class Letters:
    """The letters that the contacts of some asks got about others, reminders included; the batch adds its own."""

    def __init__(self, invitations: Sequence[Invitation], history: History) -> None:
        self.history = history
        self.reminded = _last_reminders([ask for invitation in invitations for ask in history.others(invitation)])

    def facts_of(self, invitation: Invitation) -> CaseFacts:
        """Return what is known of writing once more about an ask: letters about other asks count against it."""
        others = self.history.others(invitation)
        letters = [at for ask in others for at in (ask.asked_at, self.reminded.get(ask.invitation_id or 0)) if at]
        return replace(
            self.history.facts_of(invitation),
            purpose=Purpose.REMINDER,
            turn_skipped=False,
            expires_at=invitation.expires_at,
            last_of_any=max(letters, default=None),
        )

    def judged(self, invitation: Invitation, verdict: Verdict) -> None:
        """Take a verdict into account, so that the next ask of the batch is judged by how things stand now."""
        if verdict.outcome is Outcome.ASK:
            self.reminded[invitation.pk] = self.history.now
            self.history.senders.asks(invitation, verdict.medium)
        elif verdict.until:
            self.history.line_up(invitation, verdict.reason)


def _facts(invitation: Invitation, letters: Letters) -> CaseFacts:
    return replace(
        letters.facts_of(invitation),
        # Nothing is owed any more where the reminders were taken off after the ask.
        switched_off=invitation.survey.is_switched_off or not reminder_times.days_of(invitation),
        wanted_at=reminder_times.due_at(invitation) or invitation.due_at,
    )


def _record(verdicts: Sequence[tuple[Invitation, Verdict]], now: datetime) -> None:
    invitations = [invitation for invitation, _verdict in verdicts]
    numbers = _numbers(invitations)
    reminded = []
    for invitation, verdict in verdicts:
        if verdict.outcome is Outcome.ASK:
            invitation.medium = verdict.medium
            reminded.append((invitation, verdict.address))
        _move_on(invitation, verdict, now)
    judgements.record(verdicts, now, reminders=numbers)
    Invitation.objects.bulk_update(invitations, ["remind_at", "reminders_left"])
    if reminded:
        letters = [messages.message(i, messages.REMINDER, numbers[i.pk], now, to=address) for i, address in reminded]
        messages.queue(letters, [invitation for invitation, _address in reminded])


def _move_on(invitation: Invitation, verdict: Verdict, now: datetime) -> None:
    """Note what comes next: the same reminder later, the one after it, or none."""
    if verdict.outcome is Outcome.DEFER:
        invitation.remind_at = verdict.until
    elif verdict.outcome is Outcome.SUPPRESS:
        invitation.remind_at, invitation.reminders_left = None, 0
    else:
        days, wanted_at = reminder_times.days_of(invitation), reminder_times.due_at(invitation) or now
        invitation.remind_at = reminder_times.following(days, due=wanted_at, sent=now)
        invitation.reminders_left = len(days) - 1


def _numbers(invitations: Sequence[Invitation]) -> dict[int, int]:
    """Return which reminder of each invitation would be the next, from 1."""
    ids = [invitation.pk for invitation in invitations]
    counts = messages.counted(ids, Message.Purpose.REMINDER)
    return {pk: counts.get(pk, 0) + 1 for pk in ids}
