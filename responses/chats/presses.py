"""What somebody did in a chat, taken up: a score, its topics, a chat opened or closed.

A press in a chat is a person's own gesture: no scanner reads chats, and a preview presses nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.media import Medium
from accounts.nudges import nudge
from accounts.setaside import Batch
from crm import address_health, chats, suppressions
from crm.address_health import Bounce
from crm.models import Contact
from crm.suppressions import No, Spelled
from delivery.media.messenger.buttons import OF_FURTHER, OF_NO_ASK, Action
from delivery.models import ChatEvent
from responses import further_answers, services
from responses.chats import echoes, further, views
from responses.further_answers import Given
from responses.models import LinkVisit, Response, ResponseTopic
from responses.page import offers
from responses.page.further import of_version
from surveys.letters import kinds
from surveys.locks import Work, wait_for
from surveys.models import Invitation, InvitationMessage

CHATS = Batch("chats", _("taking up what happened in chats"), task="responses.take_chats", model=ChatEvent)
# Somebody who asked for no more messages in a chat may take that back there for so long.
TAKEN_BACK_WITHIN = timedelta(days=3650)
MESSENGERS = (Medium.TELEGRAM, Medium.WHATSAPP)
Kind = ChatEvent.Kind


def take_due(*, now: datetime | None = None) -> int:
    """Take up every event that waits, each once, and return how many were looked at.

    One worker at a time, so that what was done first is taken first.
    """
    taken = CHATS.take_all(ChatEvent.objects.untaken, _take, now=now, before=partial(wait_for, Work.CHATS))
    if taken:
        nudge("responses.show_chats")
    return taken


def _take(event_ids: Sequence[int], now: datetime) -> None:
    events = ChatEvent.objects.filter(pk__in=event_ids).select_related("bot__brand", "whatsapp__brand").order_by("pk")
    asks = asked_by(events)
    answers, doors = _Answers(asks.values()), _Doors(events)
    became: defaultdict[str, list[int]] = defaultdict(list)
    for event in events:
        ask = asks.get(event.pk)
        outcome = _take_up(event, ask, answers, doors)
        became[outcome].append(event.pk)
        if event.kind == Kind.PRESS and event.whatsapp_id:
            echoes.of_press(event, outcome, ask)
    for outcome, keys in became.items():
        ChatEvent.objects.filter(pk__in=keys).update(became=outcome, taken_at=now)


class _Answers:
    """The answers that events may change, locked: read at once, and one by one where they have changed since."""

    def __init__(self, asks: Collection[Invitation]) -> None:
        rows = self._locked().filter(invitation__in=asks).order_by("pk")
        self._known: dict[int, Response | None] = dict.fromkeys(ask.pk for ask in asks)
        self._known |= {row.invitation_id: row for row in rows if row.invitation_id}

    def of(self, ask: Invitation) -> Response | None:
        """Return the answer that counts."""
        given = self._row(ask)
        return None if given is None or given.is_provisional else given

    def is_doubted(self, ask: Invitation) -> bool:
        """Say whether a machine answered before any person did."""
        given = self._row(ask)
        return given is not None and given.is_provisional

    def forget(self, ask: Invitation) -> None:
        self._known.pop(ask.pk, None)

    def _row(self, ask: Invitation) -> Response | None:
        if ask.pk not in self._known:
            self._known[ask.pk] = self._locked().filter(invitation=ask).first()
        return self._known[ask.pk]

    @staticmethod
    def _locked() -> QuerySet[Response]:
        return Response.objects.select_for_update()


class _Doors:
    """Chats that are out of use because they were refused: read at once, and kept in mind as events go on."""

    def __init__(self, events: Iterable[ChatEvent]) -> None:
        against = suppressions.standing({event.address for event in events if event.kind == Kind.PRESS})
        self._shut = {address for address, standing in against.items() if standing.bounced_at is not None}

    def shut(self, address: Spelled, *, at: datetime) -> None:
        address_health.charge_bounces([Bounce(address, at, is_hard=True)], hard=1, soft=1)
        self._shut.add(address)

    def open(self, address: Spelled, *, at: datetime) -> None:
        if address in self._shut:
            address_health.opened_again(address, at=at)
            self._shut.discard(address)


def asked_by(events: Collection[ChatEvent]) -> dict[int, Invitation]:
    """Return the asks that pressed buttons are about, by the keys of the events; each only of its own chat."""
    links = {event.pk: bytes(event.link) for event in events if event.link}
    found = Invitation.objects.filter(token_hash__in=links.values()).select_related(*kinds.FACTS, "survey__brand")
    asks = {bytes(ask.token_hash or b""): ask for ask in found}
    went = InvitationMessage.objects.filter(invitation__in=asks.values(), message__medium__in=MESSENGERS)
    chats = set(went.values_list("invitation", "message__medium", "message__to_address"))
    pressed = ((event, asks.get(links.get(event.pk, b""))) for event in events)
    return {event.pk: ask for event, ask in pressed if ask and (ask.pk, *event.address) in chats}


def _take_up(event: ChatEvent, ask: Invitation | None, answers: _Answers, doors: _Doors) -> str:
    """Do what an event says, and say what became of it."""
    if event.whatsapp_id and event.kind in (Kind.BLOCKED, Kind.UNBLOCKED):
        return _prefer(event)
    address = event.address
    if event.kind == Kind.PRESS:
        doors.open(address, at=event.arrived_at)
        return _press(event, ask, answers)
    if event.kind == Kind.BLOCKED:
        doors.shut(address, at=event.at)
        return "blocked"
    address_health.opened_again(address, at=event.arrived_at)
    return _start(event) if event.kind == Kind.START else "unblocked"


def open_again(medium: str, chat: str, *, at: datetime) -> None:
    """Use a chat again: whoever presses or writes there has let us in again."""
    if _is_shut((medium, chat)):
        address_health.opened_again((medium, chat), at=at)


def _is_shut(address: Spelled) -> bool:
    """Say whether a chat is out of use because it was refused; a no of the person is another thing, and stands."""
    against = suppressions.standing([address]).get(address)
    return against is not None and against.bounced_at is not None


def _start(event: ChatEvent) -> str:
    """Let whoever opened the chat by a link of ours be asked there."""
    contact = None
    if event.subject is not None:
        evidence = f"/start · {event.bot} · {event.chat}"
        chat = {"medium": Medium.TELEGRAM.value, "chat": event.chat}
        contact = chats.join(event.subject, at=event.at, evidence=evidence, **chat)
    echoes.of_start(event, contact)
    return "joined" if contact else "started"


def _prefer(event: ChatEvent) -> str:
    """Take up what somebody told WhatsApp itself of messages like ours: nobody is answered, for nobody wrote."""
    if event.kind == Kind.BLOCKED:
        return _stop(event)
    return "unblocked" if _take_back(event) else "nothing"


def _press(event: ChatEvent, ask: Invitation | None, answers: _Answers) -> str:
    if event.action in OF_NO_ASK:
        return _stop(event) if event.action == Action.STOP else _again(event)
    if ask is None:
        return "nothing"
    given = answers.of(ask)
    if not services.may_answer(ask, given, event.arrived_at):
        return "late"
    if given and _is_overtaken(event, ask, given):
        return "late" if event.bot_id else "overtaken"
    if event.action == Action.CHANGE:
        return "change"
    if event.action in OF_FURTHER:
        return _further(event, ask, given) if given else "change"
    is_doubted = answers.is_doubted(ask)
    answers.forget(ask)
    if event.action == Action.SCORE:
        return _score(event, ask, given, is_doubted=is_doubted)
    return _details(event, ask, given) if given else "change"


def _score(event: ChatEvent, ask: Invitation, given: Response | None, *, is_doubted: bool) -> str:
    if event.value is None or event.value not in ask.scale.scores:
        return "nothing"
    visit = services.gesture(ask, method=LinkVisit.BY_CHAT, asked_for=event.value, now=event.arrived_at)
    language = given.language if given else ask.language
    if is_doubted:
        # What a machine tapped is nobody's once a person answers.
        ResponseTopic.objects.filter(response__invitation=ask, source=ResponseTopic.Source.TAPPED).delete()
        further_answers.forget_of_machine(ask.pk)
    services.record_score(visit=visit, score=event.value, language=language, now=event.arrived_at)
    return "score"


def _details(event: ChatEvent, ask: Invitation, given: Response) -> str:
    """Record the topics as they are after this press; the words stay."""
    tapped = set(offers.tapped(given.pk))
    if event.action == Action.WITH_TOPIC and event.value is not None:
        tapped.add(event.value)
    elif event.action == Action.WITHOUT_TOPIC:
        tapped.discard(event.value or 0)
    if event.action == Action.DONE:
        return _finish(event, ask, given)
    services.record_details(
        visit=services.gesture(ask, method=LinkVisit.BY_CHAT, asked_for=None, now=event.arrived_at),
        comment=given.comment,
        topic_ids=sorted(tapped),
        language=given.language,
        finishes=False,
        now=event.arrived_at,
    )
    return "topic"


def _finish(event: ChatEvent, ask: Invitation, given: Response) -> str:
    """Settle the answer as it is, without what was said to questions that its score is not asked."""
    if of_version(ask.version_id):
        asked, kept = further.asked_in(further.turns_of(ask, given)), further_answers.given_to(given.pk)
        said = [kept[one.key] for one in asked if one.key in kept]
        further_answers.record(given.pk, said, language=given.language)
    shown = [place.pk for place in views.reviews(ask, given, given.language)]
    services.record_details(
        visit=services.gesture(ask, method=LinkVisit.BY_CHAT, asked_for=None, now=event.arrived_at, shown=shown),
        comment=given.comment,
        topic_ids=sorted(offers.tapped(given.pk)),
        language=given.language,
        finishes=True,
        now=event.arrived_at,
    )
    return ChatEvent.DONE


def _further(event: ChatEvent, ask: Invitation, given: Response) -> str:
    """Record what is said to a further question, and go on to the next; the last one settles the answer."""
    turns = further.turns_of(ask, given)
    if event.action != Action.GO_ON:
        place, choice = divmod(event.value or 0, further.OPTIONS_HELD)
        turn, kept = further.at_place(turns, place), further_answers.given_to(given.pk)
        key = turn.question.key if turn else ""
        said = turn.pressed(kept.get(key, Given(key)), event.action, str(choice)) if turn else None
        if said is None:
            return "nothing"
        further_answers.record_one(given.pk, further.asked_in(turns), said, language=given.language)
    if further.shown_after(event.action, event.value, turns) is None:
        return _finish(event, ask, given)
    visit = services.gesture(ask, method=LinkVisit.BY_CHAT, asked_for=None, now=event.arrived_at)
    services.record_visit(visit, now=event.arrived_at)
    # What is told late is kept, and leaves what the chat shows.
    return "kept" if event.whatsapp_id and _later(event).exists() else "further"


def _is_overtaken(event: ChatEvent, ask: Invitation, given: Response) -> bool:
    """Say whether something else was said since a press that is told late.

    To a further question that is what the page sent, and another press about it, or about the same one of its several
    options: words and other questions do not speak of it.
    """
    if event.action not in OF_FURTHER or event.bot_id:
        return event.arrived_at < given.changed_at
    if event.action == Action.GO_ON:
        return _later(event).exists()
    place, value = (event.value or 0) // further.OPTIONS_HELD, event.value
    turn, first = further.at_place(further.turns_of(ask, given), place), place * further.OPTIONS_HELD
    last = first + further.OPTIONS_HELD - 1
    about = (value, value) if turn and turn.question.kind in further.STAYS else (first, last)
    spoken = _later(event).filter(action__in=OF_FURTHER - {Action.GO_ON}, value__range=about)
    sent = LinkVisit.objects.filter(invitation=ask, method="POST", at__gt=event.arrived_at)
    return spoken.exists() or sent.exists()


def _later(event: ChatEvent) -> QuerySet[ChatEvent]:
    """Return what was pressed about the same ask after a press, and told before it."""
    presses = ChatEvent.objects.filter(kind=Kind.PRESS, chat=event.chat, link=event.link)
    return presses.filter(arrived_at__gt=event.arrived_at, taken_at__isnull=False)


def _stop(event: ChatEvent) -> str:
    """End all messages to whoever pressed that they want no more; a press takes it back."""
    where = f"{event.get_kind_display()} · {event.account} · {event.chat}"
    cause = echoes.cause_of(event.chat)
    no = No(Contact.OptOut.UNSUBSCRIBED, event.arrived_at, event.address, where, cause)
    suppressions.opt_out_addresses([no])
    return "stopped"


def _again(event: ChatEvent) -> str:
    if not _take_back(event):
        return "nothing"
    echoes.of_return(event)
    return "again"


def _take_back(event: ChatEvent) -> bool:
    """Take back the wish for no more messages that was said in this very chat."""
    carriers = {contact for contact, _address in suppressions.carriers_of([event.address])}
    since = event.arrived_at - TAKEN_BACK_WITHIN
    return suppressions.take_back(echoes.cause_of(event.chat), contacts=carriers, since=since, now=event.arrived_at)
