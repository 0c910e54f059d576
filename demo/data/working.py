"""The follow-ups: how far each got, what was done, what is late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from accounts.business_hours import Calendar, due
from accounts.company_clock import business_calendars
from accounts.models import Team, User
from delivery.models import Message
from demo.data import diary
from demo.data.asking import letter_facts
from demo.data.catalogue import Catalogue
from demo.data.plan import JONAS, PROBLEM_MANAGER
from demo.data.staff import Staff
from demo.data.world import World
from followups import worth
from followups.models import Activity, Compensation, Followup, GiftKind
from responses.models import Response, ResponseTopic
from surveys.metrics import Category
from surveys.models import Hold

Status, Kind, Outcome = Followup.Status, Activity.Kind, Followup.Outcome
# Days after which nearly all work of a category is done.
DONE_AFTER = {Category.DETRACTOR: 22, Category.PASSIVE: 21, Category.PROMOTER: 20}
HANDED_OVER = 0.12
# What an ordinary customer of the company buys, in euros.
ORDINARY = Decimal(1500)
# Jonas takes over much of what is new in his team.
NEW, TAKEN_OVER = timedelta(days=12), 0.3
OUTCOMES = {
    Category.DETRACTOR: [Outcome.SAVED, Outcome.SAVED, Outcome.UNCHANGED, Outcome.LOST],
    Category.PASSIVE: [Outcome.UNCHANGED, Outcome.SAVED],
    Category.PROMOTER: [Outcome.REVIEWED, Outcome.REFERRED, Outcome.QUOTED, Outcome.MORE, Outcome.THANKED],
}


@dataclass
class Desk:
    """Where follow-ups are opened: the playbooks, the opening hours, the people."""

    catalogue: Catalogue
    staff: Staff
    calendar: Calendar
    subject_of: dict[int, str]


def work_followups(world: World, catalogue: Catalogue, staff: Staff, responses: list[Response]) -> None:
    subjects = {row.response_id: row.topic.slug for row in reversed(world.rows[ResponseTopic])}
    desk = Desk(catalogue, staff, business_calendars().of(), subjects)
    for response in responses:
        category = response.scale.category_of(response.score)
        playbook = catalogue.playbooks[category.value]
        if playbook.sends_thanks:
            thank(world, response)
        if playbook.creates_followup:
            followup = open_followup(world, desk, response, category)
            hand_over(world, desk, followup)
            progress(world, desk, followup, category)
            hold(world, followup)


def thank(world: World, response: Response) -> None:
    contact, routed_at = response.contact, response.routed_at
    if not (response.invitation and contact and routed_at and contact.may_be_contacted):
        return
    world.new(
        Message,
        medium="email",
        purpose=Message.Purpose.THANKS,
        to_address=contact.email,
        to_name=contact.name,
        language=response.language,
        template="surveys.thanks",
        context=letter_facts(response.invitation) | {"response": response.pk, "score": response.score},
        idempotency_key=f"thanks-{response.pk}",
        send_after=routed_at,
        status=Message.Status.DELIVERED,
        attempts=1,
        claimed_at=routed_at,
        sent_at=routed_at + timedelta(seconds=3),
        delivered_at=routed_at + timedelta(seconds=30),
        created_at=routed_at,
        changed_at=routed_at + timedelta(seconds=30),
    )


def open_followup(world: World, desk: Desk, response: Response, category: Category) -> Followup:
    playbook = desk.catalogue.playbooks[category.value]
    opened_at = response.routed_at or world.now
    first_contact_due_at = due(opened_at, playbook.first_contact_hours, desk.calendar)
    followup = world.new(
        Followup,
        response=response,
        playbook=playbook,
        assignee=response.manager if response.manager and response.manager.is_active else None,
        team=response.team or world.random.choice(list(desk.staff.teams.values())),
        priority=playbook.priority,
        instructions=playbook.instructions,
        created_at=opened_at,
        first_contact_due_at=first_contact_due_at,
        resolve_due_at=due(opened_at, playbook.resolve_hours, desk.calendar),
        next_due_at=first_contact_due_at,
        worth=response.amount_base,
        value=worth.value(response.amount_base, ORDINARY),
    )
    note(world, followup, Kind.CREATED, opened_at)
    return followup


def hand_over(world: World, desk: Desk, followup: Followup) -> None:
    """Give some work to an agent of the team, and nearly all old work that waits in a queue."""
    team: Team = followup.team  # type: ignore[assignment]
    age = world.now - followup.created_at
    waits = followup.assignee is None and age > timedelta(days=6)
    first = desk.staff.managers[team.name][0]
    takes_over = first.name == JONAS and age < NEW and world.chance(TAKEN_OVER)
    if not (waits or takes_over or world.chance(HANDED_OVER)):
        return
    agent = first if takes_over else world.random.choice([*desk.staff.agents[team.name], first])
    if agent == followup.assignee:
        return
    moment = worked(world, desk, followup.created_at, hours=3)
    if moment is None:
        return
    change = {"from": followup.assignee.name if followup.assignee else None, "to": agent.name}
    note(world, followup, Kind.ASSIGNED, moment, by=team.lead, change=change)
    followup.assignee = agent


def progress(world: World, desk: Desk, followup: Followup, category: Category) -> None:
    """Bring the follow-up as far as one of its age gets."""
    age = (world.now - followup.created_at) / timedelta(days=1)
    is_slow = bool(followup.assignee and followup.assignee.name == PROBLEM_MANAGER)
    share_done = min(age / DONE_AFTER[category], 1.0)
    closes = world.chance(share_done * (0.75 if is_slow and age < 60 else 1))
    if not closes and (followup.assignee is None or world.chance(0.6 if age < 4 else 0.25)):
        return
    contact_after = min(age * 24 * 0.6, world.random.uniform(1, 40 if is_slow else 9))
    first_contact_at = worked(world, desk, followup.created_at, hours=contact_after)
    if first_contact_at is None:
        return
    followup.first_contact_at, followup.next_due_at = first_contact_at, followup.resolve_due_at
    answer = answer_of(followup)
    answer.frozen_score, answer.frozen_at = answer.score, first_contact_at
    say(world, followup, Kind.CALL if category == Category.DETRACTOR else Kind.EMAIL, first_contact_at)
    set_status(world, followup, Status.IN_PROGRESS, first_contact_at)
    if world.chance(0.4) and (noted_at := worked(world, desk, first_contact_at, hours=5)):
        say(world, followup, Kind.NOTE, noted_at)
    if closes:
        close(world, desk, followup, category, min(age, world.random.uniform(1, DONE_AFTER[category])))
    elif world.chance(0.4) and (asked_at := worked(world, desk, first_contact_at, hours=8)):
        set_status(world, followup, Status.WAITING, asked_at)
        followup.look_again_on = (world.now + timedelta(days=world.random.randint(-1, 6))).date()


def close(world: World, desk: Desk, followup: Followup, category: Category, days: float) -> None:
    moment = worked(world, desk, followup.first_contact_at or followup.created_at, hours=days * 20)
    if moment is None:
        return
    by = followup.assignee
    if world.chance(0.35 if category == Category.PROMOTER else 0.06):
        followup.resolution = "" if world.chance(0.5) else "No wish to be contacted."
        set_status(world, followup, Status.DISMISSED, moment)
    else:
        cause = diary.CAUSE_OF_SUBJECT.get(desk.subject_of.get(answer_of(followup).pk, ""), "other")
        if category == Category.PROMOTER:
            cause = "other"
        followup.root_cause_id = None if category == Category.PROMOTER else cause
        followup.resolution = world.random.choice(diary.RESOLUTIONS[cause][language_of(followup)])
        followup.outcome = world.random.choice(OUTCOMES[category])
        if category == Category.DETRACTOR and world.chance(0.15):
            compensate(world, followup, Decimal(world.random.choice((50, 80, 120, 250))), moment)
        set_status(world, followup, Status.RESOLVED, moment)
        answer = answer_of(followup)
        if followup.outcome == Outcome.SAVED and answer.pk % 4 == 0:
            think_better(world, answer, moment + timedelta(days=1))
    followup.closed_at, followup.closed_by = moment, by


def compensate(world: World, followup: Followup, amount: Decimal, moment: datetime) -> None:
    given = world.new(
        Compensation,
        key=uuid5(NAMESPACE_OID, f"{followup.pk}"),
        followup=followup,
        contact=followup.contact,
        kind=GiftKind.REFUND if followup.pk % 3 else GiftKind.DISCOUNT,
        amount=amount,
        currency="EUR",
        amount_base=amount,
        given_by=followup.assignee,
        given_at=moment,
    )
    note(world, followup, Kind.GIVEN, moment, by=followup.assignee, change=given.change)


def answer_of(followup: Followup) -> Response:
    """Return the answer of one that was made of an answer."""
    assert followup.response is not None  # noqa: S101
    return followup.response


def think_better(world: World, response: Response, at: datetime) -> None:
    """Some who were won back say so by the same link: it is shown, and counts nowhere."""
    if at < world.now:
        response.trail = [
            *response.trail,
            {"at": response.changed_at.isoformat(), "score": response.score, "comment": response.comment},
        ]
        response.score, response.changed_at = 8, at


def hold(world: World, followup: Followup) -> None:
    contact_id = followup.about.contact_id
    if contact_id is None:
        return
    world.new(
        Hold,
        contact_id=contact_id,
        cause=followup.hold_cause,
        since=followup.created_at,
        released_at=followup.closed_at,
    )


def say(world: World, followup: Followup, kind: str, moment: datetime) -> None:
    texts = {Kind.CALL: diary.CALLS, Kind.NOTE: diary.NOTES, Kind.EMAIL: diary.EMAILS}[Kind(kind)]
    text = world.random.choice(texts[language_of(followup)])
    note(world, followup, kind, moment, by=followup.assignee, text=text)


def set_status(world: World, followup: Followup, status: str, moment: datetime) -> None:
    note(
        world, followup, Kind.STATUS, moment, by=followup.assignee, change={"from": followup.status, "to": str(status)}
    )
    followup.status = status


def note(
    world: World,
    followup: Followup,
    kind: str,
    at: datetime,
    *,
    by: User | None = None,
    text: str = "",
    change: Mapping[str, Any] | None = None,
) -> None:
    world.new(Activity, followup=followup, kind=kind, by=by, at=at, text=text, change=dict(change or {}))


def worked(world: World, desk: Desk, moment: datetime, *, hours: float) -> datetime | None:
    """Return when somebody at work got to it, about that much later; None if nobody has worked since."""
    wanted = moment + timedelta(hours=hours * world.random.uniform(0.4, 1))
    at_work = due(min(wanted, world.now - timedelta(minutes=2)), 0, desk.calendar)
    if at_work > wanted:  # the morning after, when others are done
        at_work = due(at_work, world.random.uniform(0.05, 2.5), desk.calendar)
    return at_work if moment <= at_work <= world.now - timedelta(minutes=2) else None


def language_of(followup: Followup) -> str:
    return diary.LANGUAGE_OF_TEAM.get(followup.team.name if followup.team else "", "en")
