"""What could not be delivered goes on by the next medium; where there is none, the account's owner is told."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from accounts import clock
from delivery.models import Message
from surveys.fates import owners
from surveys.judging.eligibility import Case, Facts, Policy
from surveys.judging.facts import RELATIONS, History, policy_in_force
from surveys.letters import kinds, messages
from surveys.models import Invitation, InvitationMessage


def next_medium(facts: Facts, policy: Policy, tried: Iterable[str]) -> str:
    """Return the first usable medium, in order of preference, that was not tried yet, or ""."""
    left = [medium for medium in facts.media if medium not in set(tried)]
    # The rule that chose the first medium chooses the next one.
    finding = Case(replace(facts, media=left), policy, facts.wanted_at).medium()
    return finding.value if finding.passed else ""


def go_on(message_ids: Sequence[int]) -> None:
    """Follow up on messages that failed for good: each ask by its next medium, else a word to the account's owner.

    Called in the transaction that takes the news up; the idempotency keys make a repeat harmless.
    """
    failed = Message.objects.filter(pk__in=message_ids, status__in=[Message.Status.FAILED, Message.Status.BOUNCED])
    if not failed.exists():
        return
    _ask_again(failed.filter(purpose=Message.Purpose.INVITE))
    owners.tell(failed.exclude(bounce=""))


def _ask_again(failed: "Iterable[Message]") -> None:
    """Queue the asks that failed by the next medium of each that has one."""
    lost = Invitation.objects.filter(status=Invitation.Status.FAILED, sendings__message__in=failed).order_by("pk")
    invitations = list(lost.select_related(*{*RELATIONS, *kinds.FACTS}).distinct())
    policy, now = policy_in_force(), clock.now()
    history = History.of(invitations, policy, now)
    tried = _tried(invitations)
    going = []
    for invitation in invitations:
        medium = next_medium(history.facts_of(invitation), policy, tried[invitation.pk])
        if medium:
            invitation.medium, invitation.status = medium, Invitation.Status.QUEUED
            going.append(invitation)
    Invitation.objects.bulk_update(going, ["medium", "status"])
    numbers = [len(tried[invitation.pk]) + 1 for invitation in going]
    messages.queue(
        [messages.message(i, messages.INVITE, number, now) for i, number in zip(going, numbers, strict=True)], going
    )


def _tried(invitations: Sequence[Invitation]) -> dict[int, set[str]]:
    tried: dict[int, set[str]] = {invitation.pk: set() for invitation in invitations}
    sendings = InvitationMessage.objects.filter(
        invitation__in=invitations, message__purpose=Message.Purpose.INVITE
    ).values_list("invitation", "message__medium")
    for invitation_id, medium in sendings:
        tried[invitation_id].add(medium)
    return tried
