from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from accounts import clock, securitylog
from accounts.batches import Worked
from accounts.models import SecurityEvent, User
from accounts.setaside import Batch
from delivery import attachments
from delivery import services as delivery
from delivery.models import Message
from followups import notices, openings, routes
from followups.compensations import gifts
from followups.letters import limits, praise, replies, reply_ways, thanks
from followups.letters.replies import StaffReply
from followups.models import Activity, CodePool, Compensation, Followup
from followups.notices import mentions
from followups.notices.mentions import Mentioned
from followups.playbooks.overseers import overseers
from followups.routes import Detour, Instead
from responses.models import Response
from surveys.letters import kinds
from surveys.models import Hold

BATCH = 200
# That somebody writes too much is written down once in so many seconds.
TOLD_EVERY = 300
ROUTING = Batch("routing", _("routing answers"), task="followups.route_responses", model=Response)


@dataclass(frozen=True)
class Routed:
    """What one run of routing did: answers looked at, follow-ups opened, letters of thanks and of praise queued."""

    responses: int = 0
    followups: int = 0
    thanks: int = 0
    praise: int = 0

    def __add__(self, other: "Routed") -> "Routed":
        return Routed(
            self.responses + other.responses,
            self.followups + other.followups,
            self.thanks + other.thanks,
            self.praise + other.praise,
        )


def route_due(*, now: datetime | None = None, batch: int = BATCH) -> Routed:
    """Turn every settled answer into work as its playbook says, once per answer, and return what was done.

    Whoever is praised is told of it, whatever the playbook says.

    Each batch is claimed, worked and marked in one transaction, with rows locked by other workers passed over. A
    killed worker leaves nothing half done, and a repeat finds nothing to do: one follow-up per response and one
    message per idempotency key are also what the database allows. An answer that fails is set aside and holds up no
    other.
    """
    total = Routed()
    while claimed := _route_batch(now or clock.now(), batch):
        total += sum(claimed.results, Routed())
    return total


def hold_back_joined() -> int:
    """Ask nobody whose answer is worked on: an answer that came by no invitation may become that of a contact later.

    Return for how many follow-ups that was new; repeating it changes nothing.
    """
    named = Concat(Value(Followup.hold_cause_of("")), Cast(OuterRef("pk"), TextField()))
    joined = Followup.objects.open().filter(response__invitation=None, response__contact__isnull=False)
    unheld = list(joined.exclude(Exists(Hold.objects.filter(cause=named))).select_related("response"))
    for followup in unheld:
        followup.hold_contact()
    return len(unheld)


@transaction.atomic
def _route_batch(now: datetime, batch: int) -> Worked[int, Routed] | None:
    """Route one batch, or return None when nothing is due."""
    run = ROUTING.run(now)
    due = Response.objects.counted().unrouted().exclude(pk__in=run.resting).order_by("settled_at", "pk")
    claimed = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:batch])
    worked = run.each_alone(claimed, lambda ids: _route(_fetch(ids), now), due=due)
    return worked if claimed else None


def _fetch(response_ids: Sequence[int]) -> list[Response]:
    known = ("contact", *routes.KNOWN, *(f"invitation__{fact}" for fact in kinds.FACTS))
    return list(Response.objects.filter(pk__in=response_ids).select_related(*known).order_by("settled_at", "pk"))


def _route(responses: Sequence[Response], now: datetime) -> Routed:
    desk = routes.Desk.at(now)
    followed = desk.routes(responses)
    drafts = [desk.draft(route, route.playbook, now=now) for route in followed if route.makes_work and route.playbook]
    opened = openings.open_all(drafts, desk.calendars, now)
    notices.tell_all([_news(row, detour) for row, detour in opened])
    thanked = [response for response, route in zip(responses, followed, strict=True) if route.sends_thanks]
    letters = thanks.messages_for(thanked)
    _hear_customers(responses)
    told = praise.messages_for(responses, now)
    if letters or told:
        delivery.queue([*letters, *told])
    Response.objects.filter(pk__in=[response.pk for response in responses]).update(routed_at=now)
    return Routed(len(responses), len(opened), len(letters), len(told))


@transaction.atomic
def add_note(*, followup: Followup, text: str, by: User, colleagues: Sequence[User] = ()) -> Mentioned:
    """Keep a remark, tell the colleagues whom it mentions, and return who was named; sent twice it is told once.

    `colleagues`: some more who are told. Of all named only those are told who may see the follow-up.
    """
    activity = followup.note(text, by=by)
    named = mentions.in_note(text, also=colleagues)
    if named.people:
        occasion = f"{activity.pk}"
        notices.tell(notices.Kind.MENTION, followup, occasion=occasion, by=by, to=named.people, activity=activity)
    return named


class CannotReply(Exception):
    """The customer of this follow-up cannot or must not be written to."""


def reply(
    *, followup: Followup, said: StaffReply, key: str, by: User, gives: Compensation | CodePool | None = None
) -> Message:
    """Write to the customer, log it as a contact, and return the message; the same `key` again sends nothing more.

    `gives`: what `{code}` and `{compensation}` in it stand for; the next code of a pool is given in the same
    transaction. Raises CannotReply where no usable address is open by its medium, or against the customer's will,
    FollowupIsClosed when it is closed, NoCodeLeft and TooMuch where the code cannot be given, and TooManyReplies where
    one more would be a flood, which the security log tells.
    """
    try:
        return _reply(followup=followup, said=said, key=key, by=by, gives=gives)
    except limits.TooManyReplies:
        if cache.add(f"replies-refused-{by.pk}", 1, TOLD_EVERY):
            securitylog.note(SecurityEvent.Kind.REFUSED, about=by, subject="replies")
        raise


@transaction.atomic
def _reply(
    *, followup: Followup, said: StaffReply, key: str, by: User, gives: Compensation | CodePool | None
) -> Message:
    followup.lock_row()
    followup.refuse_when_closed()
    way = reply_ways.of(followup).by(said.medium)
    if not way:
        raise CannotReply(followup.pk)
    if isinstance(gives, CodePool):
        # Named by the sending: the same form sent again finds what it gave.
        gives = gifts.give(followup=followup, gift=gifts.Gift(pool=gives), key=UUID(key), by=by)
    draft = replies.draft(followup, said, to=way.address, key=key, by=by, given=gives)
    if not Message.objects.filter(idempotency_key=draft.idempotency_key).exists():
        limits.refuse_too_many(followup, by=by, now=clock.now())
    message = delivery.queue([draft])[0]
    if not followup.activities.filter(change__message=message.pk).exists():
        attachments.put(message, said.files)
        kind = Activity.Kind.EMAIL if said.is_letter else Activity.Kind.MESSAGE
        followup.log_contact(kind, said.written, by=by, change={"message": message.pk})
    return message


@transaction.atomic
def hear_customer(*, followup: Followup, occasion: str) -> bool:
    """Take it up that the customer answered: what waited for it goes on, and whom it concerns is told.

    `occasion` names what they sent, in at most 60 characters: heard again, it tells nobody twice. Return whether the
    follow-up waited for it.
    """
    waited = followup.hear_customer()
    notices.tell(notices.Kind.CUSTOMER_REPLIED, followup, occasion=occasion)
    return waited


def _hear_customers(responses: Sequence[Response]) -> None:
    """Go on with follow-ups that wait for an answer of those customers who gave another one."""
    answered = {response.contact_id: response for response in responses if response.contact_id}
    waiting = Followup.objects.of_contacts(list(answered)).filter(until_answer=True)
    others = ~Q(response__in=[response.pk for response in responses]) | Q(response__isnull=True)
    for followup in waiting.filter(others).select_related("response", "invitation"):
        answer = answered[followup.about.contact_id or 0]
        hear_customer(followup=followup, occasion=f"answer-{answer.pk}")


@transaction.atomic
def hand_over(*, followup: Followup, to: User | None, by: User, text: str = "") -> bool:
    """Give the work to a person, who is told of it with the words in `text`, or back to the team's queue.

    Return False when it was there already. Raises FollowupIsClosed.
    """
    if not followup.assign(to, by=by, text=text):
        return False
    if to is not None:
        activity = followup.activities.filter(kind=Activity.Kind.ASSIGNED).latest("pk")
        notices.tell(notices.Kind.HANDOVER, followup, occasion=f"{activity.pk}", by=by, to=[to], activity=activity)
    return True


def _news(followup: Followup, detour: Detour | None) -> notices.Happening:
    """Tell whom it concerns; work of no team is told to everybody who may take it, but whom it is about."""
    answer = followup.response
    if answer is None or detour is None or detour.instead is not Instead.OVERSEERS:
        return notices.Happening(notices.Kind.NEW, followup)
    complaint = routes.complaints_of([answer])[answer.pk]
    told = tuple(person for person in overseers() if not complaint.against(person))
    return notices.Happening(notices.Kind.NEW, followup, to=told)
