"""What could not be delivered is tried by the next medium; where there is none, the account's owner is told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts import clock
from crm import reachability
from crm.reachability import Way
from delivery import services as delivery
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
    _ask_again(over.filter(purpose__in=last_check.ASKS))
    owners.tell(over.exclude(bounce=""))


def _hurry(over: QuerySet[Message]) -> None:
    """Let the judge look at once at asks for which another message stands: what was to follow it is lost."""
    now = clock.now()
    lost = InvitationMessage.objects.filter(message__in=over.filter(NOT_IN_VAIN))
    waiting = Invitation.objects.filter(status__in=Invitation.ON_THE_WAY, fall_back_at__gt=now)
    waiting.filter(pk__in=lost.values("invitation")).update(fall_back_at=now)


def _ask_again(over: QuerySet[Message]) -> None:
    """Queue the asks whose message will not arrive by the next way of each; end those that have none.

    Where the customer was reminded by another medium already, that stands for the ask.
    """
    invitations = _left_without_message(over)
    policy, now = policy_in_force(), clock.now()
    history = History.of(invitations, policy, now)
    sendings = _sendings(invitations)
    going, letters, settled = [], [], []
    for invitation in invitations:
        facts = history.facts_of(invitation)
        sent = sendings[invitation.pk]
        if standing := _standing(sent):
            _stand_by(invitation, standing)
            settled.append(invitation)
            continue
        way = next_way(facts, policy, [sending.way for sending in sent if sending.was_tried])
        if way:
            invitation.medium, invitation.status = way.medium, Invitation.Status.QUEUED
            # What came back was no ask: the new way has not been handed over yet.
            invitation.sent_at = invitation.delivered_at = None
            invitation.note_address(way.medium, way.address)
            invitation.fall_back_at = fallback_times.first(invitation.asker, now)
            number = 1 + sum(sending.purpose == Message.Purpose.INVITE for sending in sent)
            letters.append(messages.message(invitation, messages.INVITE, number, now, to=way.address))
            going.append(invitation)
        elif invitation.status == Invitation.Status.QUEUED:
            invitation.status = Invitation.Status.SUPPRESSED
            invitation.reason = _why_not(facts, policy)
            settled.append(invitation)
    changed = ["medium", "status", "reason", "address_key", "sent_at", "delivered_at", "asked_at", "fall_back_at"]
    Invitation.objects.bulk_update([*going, *settled], changed)
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
    """A message that was to carry an ask, or to remind of it: by which medium and address, and what became of it."""

    way: tuple[str, str]
    purpose: str
    status: str
    sent_at: datetime | None

    @property
    def was_tried(self) -> bool:
        return self.status != Message.Status.CANCELLED

    @property
    def has_left(self) -> bool:
        return self.status in (Message.Status.SENT, Message.Status.DELIVERED)


def _sendings(invitations: Sequence[Invitation]) -> dict[int, list[Sending]]:
    """Return the messages of each ask; reminders that still wait are called off, for nobody has been asked."""
    sent = InvitationMessage.objects.filter(invitation__in=invitations, message__purpose__in=last_check.ASKS)
    rows = list(sent.select_related("message").order_by("message"))
    waiting = [row.message.pk for row in rows if _is_waiting_reminder(row.message)]
    called_off = delivery.call_off(waiting, reason=last_check.OVERTAKEN) if waiting else set()
    found: dict[int, list[Sending]] = {invitation.pk: [] for invitation in invitations}
    for row in rows:
        message = row.message
        status = Message.Status.CANCELLED if message.pk in called_off else message.status
        way = (message.medium, message.to_address)
        found[row.invitation_id].append(Sending(way, message.purpose, status, message.sent_at))
    return found


def _is_waiting_reminder(message: Message) -> bool:
    return message.purpose == Message.Purpose.REMINDER and message.status == Message.Status.QUEUED


def _standing(sendings: Sequence[Sending]) -> Sending | None:
    """Return the reminder that left by another way than those by which nothing arrives: it stands for the ask."""
    lost = {sending.way for sending in sendings if sending.status in LOST and sending.was_tried}
    return next((sending for sending in sendings if sending.has_left and sending.way not in lost), None)


def _stand_by(invitation: Invitation, reminder: Sending) -> None:
    """Let a reminder stand for the ask: its medium asked, since the one before it did not."""
    medium, address = reminder.way
    invitation.medium, invitation.status = medium, Invitation.Status.SENT
    invitation.note_address(medium, address)
    invitation.sent_at = invitation.asked_at = reminder.sent_at
    invitation.delivered_at = None
