"""Who was asked, who was not and why, and what became of the messages."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts import tokens
from accounts.timezones import zone
from crm.models import Consent, Contact, Touchpoint
from delivery.models import Message
from demo.data.catalogue import Catalogue
from demo.data.plan import ASK_AFTER, FLOOR, VALIDITY
from demo.data.world import World, in_send_window
from surveys.models import Invitation, InvitationMessage, Judgement

Status = Invitation.Status
BOUNCES, FAILURES, UNSUBSCRIBES, COMPLAINTS = 0.012, 0.004, 0.006, 0.0006
RULES = ["standing", "do_not_contact", "consent", "address", "asked_recently", "not_expired"]


@dataclass
class Memory:
    """What the pipeline knows of each contact at that moment."""

    asked_at: dict[int, datetime] = field(default_factory=dict)
    objected: set[int] = field(default_factory=set)


def ask_everybody(world: World, catalogue: Catalogue, touchpoints: list[Touchpoint]) -> list[Invitation]:
    """Plan and judge an invitation for each touchpoint and return those that reached somebody."""
    memory = Memory(objected=objectors(world))
    reached = []
    for touchpoint in touchpoints:
        invitation = plan(world, catalogue, touchpoint)
        if invitation.due_at > world.now:
            continue
        refusal = reason_not_to_ask(memory, invitation)
        judge(world, memory, invitation, refusal)
        if not refusal and send(world, memory, invitation):
            reached.append(invitation)
    return reached


def objectors(world: World) -> set[int]:
    return {row.contact_id for row in world.rows[Consent] if row.status == Consent.Status.OBJECTED}


def plan(world: World, catalogue: Catalogue, touchpoint: Touchpoint) -> Invitation:
    contact = touchpoint.contact
    due_at = in_send_window(touchpoint.occurred_at + ASK_AFTER, zone(contact.timezone))
    manager = touchpoint.manager
    return world.new(
        Invitation,
        survey=catalogue.survey,
        version=catalogue.version,
        trigger=catalogue.trigger,
        touchpoint=touchpoint,
        contact=contact,
        kind=catalogue.survey.kind,
        language=contact.language,
        company=touchpoint.company,
        manager=manager,
        team=manager.team if manager else None,
        product=touchpoint.product,
        channel=touchpoint.channel,
        campaign=touchpoint.campaign,
        amount=touchpoint.amount,
        currency=touchpoint.currency,
        planned_at=touchpoint.occurred_at + timedelta(minutes=1),
        due_at=due_at,
    )


def reason_not_to_ask(memory: Memory, invitation: Invitation) -> str:
    """Return the first rule that speaks against asking, or an empty text."""
    contact = invitation.contact
    asked_at = memory.asked_at.get(contact.pk)
    refusals = {
        "do_not_contact": bool(contact.do_not_contact_at and contact.do_not_contact_at <= invitation.due_at),
        "consent": contact.pk in memory.objected,
        "address": not contact.email or contact.email_bounced_at is not None,
        "asked_recently": asked_at is not None and invitation.due_at - asked_at < FLOOR,
    }
    return next((rule for rule in RULES if refusals.get(rule)), "")


def judge(world: World, memory: Memory, invitation: Invitation, refusal: str) -> None:
    moment = invitation.due_at + timedelta(seconds=world.random.randrange(5, 60))
    invitation.judged_at = moment
    world.new(
        Judgement,
        invitation=invitation,
        at=moment,
        verdict=Judgement.Verdict.SUPPRESS if refusal else Judgement.Verdict.ASK,
        reason=refusal,
        trace=[
            {"rule": rule, "value": seen(memory, invitation, rule), "passed": rule != refusal}
            for rule in RULES[: RULES.index(refusal) + 1 if refusal else None]
        ],
    )
    if refusal:
        invitation.status, invitation.reason = Status.SUPPRESSED, refusal


def seen(memory: Memory, invitation: Invitation, rule: str) -> Any:
    """Return the value a rule looked at."""
    contact = invitation.contact
    asked_at = memory.asked_at.get(contact.pk)
    opted_out = contact.do_not_contact_at
    return {
        "do_not_contact": opted_out.isoformat() if opted_out and opted_out <= invitation.due_at else None,
        "consent": "objected" if contact.pk in memory.objected else None,
        "address": "bounced" if contact.email_bounced_at else bool(contact.email),
        "asked_recently": asked_at.isoformat() if asked_at else None,
    }.get(rule)


def send(world: World, memory: Memory, invitation: Invitation) -> bool:
    """Ask; return False when the message did not arrive."""
    asked_at = invitation.judged_at or invitation.due_at
    invitation.asked_at, invitation.expires_at, invitation.medium = asked_at, asked_at + VALIDITY, "email"
    invitation.token_hash = tokens.digest(invitation.token)
    memory.asked_at[invitation.contact_id] = asked_at
    message = write_message(world, invitation, asked_at)
    if world.chance(BOUNCES):
        fail(message, Message.Status.BOUNCED, "550 5.1.1 The e-mail account that you tried to reach does not exist")
        invitation.contact.email_bounced_at = message.failed_at
    elif world.chance(FAILURES):
        fail(message, Message.Status.FAILED, "421 4.7.0 Try again later (given up after 6 attempts)")
    else:
        message.status, message.delivered_at = Message.Status.DELIVERED, asked_at + timedelta(seconds=40)
        invitation.delivered_at = message.delivered_at
    arrived = message.status == Message.Status.DELIVERED
    invitation.sent_at = message.sent_at
    invitation.status = outcome(world, invitation, arrived=arrived)
    opt_out(world, invitation)
    return arrived


def outcome(world: World, invitation: Invitation, *, arrived: bool) -> str:
    if invitation.expires_at and invitation.expires_at <= world.now:
        return Status.EXPIRED
    return Status.DELIVERED if arrived else Status.FAILED


def write_message(world: World, invitation: Invitation, asked_at: datetime) -> Message:
    contact = invitation.contact
    message = world.new(
        Message,
        medium="email",
        purpose=Message.Purpose.INVITE,
        to_address=contact.email,
        to_name=contact.name,
        language=invitation.language,
        template="surveys.invite",
        context=letter_facts(invitation),
        idempotency_key=f"invite-{invitation.pk}-1",
        send_after=asked_at,
        attempts=1,
        claimed_at=asked_at + timedelta(seconds=2),
        sent_at=asked_at + timedelta(seconds=4),
        created_at=asked_at,
        changed_at=asked_at + timedelta(seconds=40),
    )
    world.new(InvitationMessage, invitation=invitation, message=message)
    return message


def letter_facts(invitation: Invitation) -> dict[str, Any]:
    from surveys.letters import context_of

    return context_of(invitation)


def fail(message: Message, status: str, error: str) -> None:
    message.status, message.error = status, error
    message.failed_at = message.changed_at
    if status == Message.Status.FAILED:
        message.sent_at, message.attempts = None, 6


def opt_out(world: World, invitation: Invitation) -> None:
    """Let a few of those who were asked say that they want no more of it."""
    contact: Contact = invitation.contact
    moment = (invitation.asked_at or world.now) + timedelta(minutes=world.random.randrange(20, 2000))
    if not contact.may_be_contacted or moment > world.now:
        return
    for share, reason in ((UNSUBSCRIBES, Contact.OptOut.UNSUBSCRIBED), (COMPLAINTS, Contact.OptOut.COMPLAINED)):
        if world.chance(share):
            contact.do_not_contact_at, contact.do_not_contact_reason = moment, reason
            return
