"""Who was asked, who was not and why (by the real rules), and what became of the messages."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import Any

from accounts import addresses, tokens
from accounts.timezones import zone
from crm.models import Consent, Contact, ContactAddress, Suppression, Touchpoint
from crm.reachability import Address, Person
from crm.suppressions import WHY_OF
from delivery.models import Message
from demo.data.catalogue import Catalogue
from demo.data.plan import ASK_AFTER, VALIDITY
from demo.data.world import World, awake, facts_of
from surveys.judging.case import Policy
from surveys.judging.eligibility import Outcome, Verdict
from surveys.judging.eligibility import judge as judge_by_rules
from surveys.judging.facts import History, policy_in_force
from surveys.models import Invitation, InvitationMessage, Judgement
from surveys.sendwindow import first_moment

Status = Invitation.Status
BOUNCES, FAILURES, UNSUBSCRIBES, COMPLAINTS = 0.012, 0.004, 0.006, 0.0006


def ask_everybody(world: World, catalogue: Catalogue, touchpoints: list[Touchpoint]) -> list[Invitation]:
    """Plan an invitation for each touchpoint, judge those that are due, and return those that reached somebody."""
    policy = policy_in_force()
    history = History(policy, world.now)
    know_people(world, history)
    planned = [plan(world, catalogue, touchpoint, policy) for touchpoint in touchpoints]
    queue = [(invitation.due_at, invitation.pk, invitation) for invitation in planned]
    heapify(queue)
    reached = []
    while queue and queue[0][0] <= world.now - timedelta(minutes=2):
        _due_at, _pk, invitation = heappop(queue)
        verdict = judge(world, history, invitation)
        if verdict.outcome is Outcome.DEFER:
            heappush(queue, (invitation.due_at, invitation.pk, invitation))
        elif verdict.outcome is Outcome.ASK and send(world, history, invitation):
            reached.append(invitation)
    return reached


def know_people(world: World, history: History) -> None:
    """Tell the history of everybody's addresses and of what they said."""
    said: defaultdict[int, dict[tuple[str, str], str]] = defaultdict(dict)
    for consent in world.rows[Consent]:
        said[consent.contact_id][consent.medium, consent.use] = consent.status
    for contact in world.rows[Contact]:
        history.people[contact.pk] = Person(
            addresses={"email": [Address(contact.email)]} if contact.email else {},
            said=said[contact.pk],
            is_customer=True,
        )


def plan(world: World, catalogue: Catalogue, touchpoint: Touchpoint, policy: Policy) -> Invitation:
    contact = touchpoint.contact
    wanted_at = touchpoint.occurred_at + ASK_AFTER
    return world.new(
        Invitation,
        survey=catalogue.survey,
        version=catalogue.version,
        trigger=catalogue.trigger,
        touchpoint=touchpoint,
        contact=contact,
        kind=catalogue.survey.kind,
        language=contact.language,
        touchpoint_kind=touchpoint.kind,
        **{**facts_of(touchpoint), "brand": catalogue.survey.brand},
        planned_at=touchpoint.occurred_at + timedelta(minutes=1),
        due_at=first_moment(wanted_at, catalogue.trigger.window, zone(contact.timezone), policy.closed_days.everywhere),
    )


def judge(world: World, history: History, invitation: Invitation) -> Verdict:
    """Judge one invitation as it would have been judged at its due moment, and record it."""
    history.now = invitation.due_at + timedelta(seconds=world.random.randrange(2, 25))
    verdict = judge_by_rules(history.facts_of(invitation), history.policy, history.now)
    world.new(
        Judgement,
        invitation=invitation,
        at=history.now,
        verdict=verdict.outcome.value,
        reason=verdict.reason,
        until=verdict.until,
        trace=[{"rule": step.rule, "value": step.value, "passed": step.passed} for step in verdict.trace],
    )
    invitation.judged_at, invitation.reason = history.now, verdict.reason
    if verdict.outcome is Outcome.SUPPRESS:
        invitation.status = Status.SUPPRESSED
    elif verdict.until:
        invitation.due_at = verdict.until
    return verdict


def send(world: World, history: History, invitation: Invitation) -> bool:
    """Ask; return False when the message did not arrive."""
    asked_at = history.now
    invitation.queued_at, invitation.expires_at, invitation.medium = asked_at, asked_at + VALIDITY, "email"
    invitation.token_hash = tokens.digest(invitation.token)
    history.asked(invitation)
    message = write_message(world, invitation, asked_at)
    if world.chance(BOUNCES):
        fail(message, Message.Status.BOUNCED, "550 5.1.1 The e-mail account that you tried to reach does not exist")
        give_up(world, history, invitation.contact, message.changed_at)
    elif world.chance(FAILURES):
        fail(message, Message.Status.FAILED, "421 4.7.0 Try again later (given up after 6 attempts)")
    else:
        message.status, message.delivered_at = Message.Status.DELIVERED, asked_at + timedelta(seconds=40)
        invitation.delivered_at = message.delivered_at
    arrived = message.status == Message.Status.DELIVERED
    invitation.sent_at = message.sent_at
    invitation.status = outcome(world, invitation, arrived=arrived)
    invitation.asked_at = message.sent_at if arrived else None
    opt_out(world, history, invitation)
    return arrived


def outcome(world: World, invitation: Invitation, *, arrived: bool) -> str:
    if not arrived:
        return Status.FAILED
    has_expired = invitation.expires_at is not None and invitation.expires_at <= world.now
    return Status.EXPIRED if has_expired else Status.DELIVERED


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
    from surveys.letters.kinds import context_of

    return context_of(invitation)


def fail(message: Message, status: str, error: str) -> None:
    message.status, message.error = status, error
    message.failed_at = message.changed_at
    if status == Message.Status.FAILED:
        message.sent_at, message.attempts = None, 6


def give_up(world: World, history: History, contact: Contact, at: datetime) -> None:
    """Use the mailbox of a contact no more."""
    suppress(world, contact, Suppression.Why.HARD_BOUNCE, Suppression.Scope.ADDRESS, at)
    for address in world.rows[ContactAddress]:
        if address.contact_id == contact.pk and address.medium == "email":
            address.bounced_at, address.hard_bounces = at, 1
    person = history.people[contact.pk]
    history.people[contact.pk] = replace(person, addresses={"email": [Address(contact.email, bounced_at=at)]})


def opt_out(world: World, history: History, invitation: Invitation) -> None:
    """Let a few of those who were asked say that they want no more of it."""
    contact: Contact = invitation.contact
    asked_at = invitation.asked_at or world.now
    moment = awake(asked_at + timedelta(minutes=world.random.randrange(20, 2000)), contact.timezone)
    if not contact.may_be_contacted or moment > world.now:
        return
    for share, reason in ((UNSUBSCRIBES, Contact.OptOut.UNSUBSCRIBED), (COMPLAINTS, Contact.OptOut.COMPLAINED)):
        if world.chance(share):
            contact.do_not_contact_at, contact.do_not_contact_reason = moment, reason
            suppress(world, contact, WHY_OF[reason], Suppression.Scope.PERSON, moment)
            history.people[contact.pk] = replace(history.people[contact.pk], said_no_at=moment)
            return


def suppress(world: World, contact: Contact, why: str, scope: str, at: datetime) -> None:
    world.new(
        Suppression,
        medium="email",
        address_hash=addresses.digest("email", contact.email),
        key_id=addresses.key_id(),
        why=why,
        scope=scope,
        at=at,
    )
