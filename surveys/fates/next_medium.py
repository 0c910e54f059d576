"""What could not be delivered is tried by the next medium; where there is none, the account's owner is told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts import clock
from crm import reachability
from crm.reachability import Way
from delivery.models import Message
from surveys.fates import owners
from surveys.judging import fallback_times
from surveys.judging.case import Case, CaseFacts, Policy
from surveys.judging.facts import RELATIONS, History, policy_in_force
from surveys.letters import kinds, last_check, messages
from surveys.models import Invitation, InvitationMessage

# Why a letter is called off that another address may still get; other reasons end the ask.
OF_AN_ADDRESS = (last_check.UNREACHABLE, last_check.OPTED_OUT)
# What is lost and was not called off because the ask is over.
NOT_IN_VAIN = ~Q(status=Message.Status.CANCELLED) | Q(error__in=OF_AN_ADDRESS)
LOST = (Message.Status.FAILED, Message.Status.BOUNCED, Message.Status.CANCELLED)


def next_way(facts: CaseFacts, policy: Policy, tried: Collection[tuple[str, str]]) -> Way:
    """Return the first usable medium and address, in order of preference, that has not been `tried` yet.

    The rule that chose the first one chooses the next; after a no to every letter there is none.
    """
    person = facts.person
    if person.said_no_at is not None or facts.cancelled_at is not None:
        return Way()
    left = {
        medium: [address for address in addresses if (medium, address.value) not in tried]
        for medium, addresses in person.addresses.items()
    }
    return reachability.way(replace(person, addresses=left), facts.media, facts.purpose, policy.reach)


def go_on(message_ids: Sequence[int]) -> None:
    """Follow up on messages that will not arrive: each ask by its next medium or address; where there is none, one
    that was never handed over ends with the reason, and the account's owner is told of addresses that came back.

    Called in the transaction that takes the news up; the idempotency keys make a repeat harmless.
    """
    over = Message.objects.filter(pk__in=message_ids, status__in=LOST)
    if not over.exists():
        return
    _hurry(over)
    _ask_again(over.filter(purpose=Message.Purpose.INVITE))
    owners.tell(over.exclude(bounce=""))


def _hurry(over: QuerySet[Message]) -> None:
    """Let the judge look at once at asks for which another message stands: what was to follow it is lost."""
    now = clock.now()
    lost = InvitationMessage.objects.filter(message__in=over.filter(NOT_IN_VAIN))
    waiting = Invitation.objects.filter(status__in=Invitation.ON_THE_WAY, fall_back_at__gt=now)
    waiting.filter(pk__in=lost.values("invitation")).update(fall_back_at=now)


def _ask_again(over: QuerySet[Message]) -> None:
    """Queue the asks whose message will not arrive by the next way of each; end those that have none."""
    invitations = _left_without_message(over)
    policy, now = policy_in_force(), clock.now()
    history = History.of(invitations, policy, now)
    sendings = _sendings(invitations)
    going, letters, ended = [], [], []
    for invitation in invitations:
        facts = history.facts_of(invitation)
        sent = sendings[invitation.pk]
        way = next_way(facts, policy, [sending.way for sending in sent if sending.was_tried])
        if way:
            invitation.medium, invitation.status = way.medium, Invitation.Status.QUEUED
            # What came back was no ask: the new way has not been handed over yet.
            invitation.sent_at = invitation.delivered_at = None
            invitation.note_address(way.medium, way.address)
            invitation.fall_back_at = fallback_times.first(invitation.asker, now)
            number = len(sent) + 1
            letters.append(messages.message(invitation, messages.INVITE, number, now, to=way.address))
            going.append(invitation)
        elif invitation.status == Invitation.Status.QUEUED:
            invitation.status = Invitation.Status.SUPPRESSED
            invitation.reason = _why_not(facts, policy)
            ended.append(invitation)
    changed = ["medium", "status", "reason", "address_key", "sent_at", "delivered_at", "fall_back_at"]
    Invitation.objects.bulk_update([*going, *ended], changed)
    if letters:
        messages.queue(letters, going)


def _left_without_message(over: QuerySet[Message]) -> list[Invitation]:
    """Return the asks that failed, and those called off because of their address before they were handed over."""
    failed = Q(status=Invitation.Status.FAILED)
    over = over.filter(NOT_IN_VAIN)
    called_off = Q(status=Invitation.Status.QUEUED, sent_at=None, expires_at__gt=clock.now())
    newest = InvitationMessage.objects.filter(invitation=OuterRef("pk"), message__purpose=Message.Purpose.INVITE)
    lost = Invitation.objects.filter(failed | called_off, sendings__message__in=over).annotate(
        newest=Subquery(newest.order_by("-message").values("message__status")[:1])
    )
    lost = lost.filter(newest__in=LOST).order_by("pk")
    return list(lost.select_related(*{*RELATIONS, *kinds.FACTS}).distinct())


def _why_not(facts: CaseFacts, policy: Policy) -> str:
    case = Case(facts, policy, facts.wanted_at)
    return next(
        (rule for rule in ("cancelled", "do_not_contact") if not getattr(case, rule)().passed), case.way().reason
    )


@dataclass(frozen=True, slots=True)
class Sending:
    """A message that was to carry an ask: by which medium and address, and whether it was called off instead."""

    way: tuple[str, str]
    was_tried: bool


def _sendings(invitations: Sequence[Invitation]) -> dict[int, list[Sending]]:
    """Return the messages of each ask."""
    found: dict[int, list[Sending]] = {invitation.pk: [] for invitation in invitations}
    rows = InvitationMessage.objects.filter(invitation__in=invitations, message__purpose=Message.Purpose.INVITE)
    for pk, medium, address, status in rows.values_list(
        "invitation", "message__medium", "message__to_address", "message__status"
    ):
        found[pk].append(Sending((medium, address), was_tried=status != Message.Status.CANCELLED))
    return found
