"""Which further question stood in a chat when words were written there: they answer that one, and no other."""

from datetime import datetime, timedelta

from delivery.models import ChatEvent, IncomingText, Message
from responses.chats import further
from responses.chats.further import QuestionTurn
from responses.models import LinkVisit, Response
from responses.page.further import of_version
from surveys.models import Invitation

# What a press became that changed what its chat shows.
MOVES = ("score", "topic", "change", "further", ChatEvent.DONE)
# So many presses are looked at, the last one first.
MOST = 10
# A press is shown within so long, or not at all.
SHOWN_WITHIN = timedelta(hours=1)
# Messengers date to the second, and nobody reads a question in less.
CLOCKS_DIFFER = timedelta(seconds=2)


def turn_of(text: IncomingText, ask: Invitation, given: Response) -> QuestionTurn | None:
    """Return the further question that words were written under, None where there was none.

    Words that were changed were written when they were first. Where a person is in contact with the customer, only
    what was pressed since asks; and after the page was sent nobody knows whether the chat shows what is asked now.
    """
    press = _last_shown(text, ask)
    if press is None or press.became != "further" or (given.frozen_at and press.arrived_at <= given.frozen_at):
        return None
    if LinkVisit.objects.filter(invitation=ask, method="POST", at__gt=press.arrived_at).exists():
        return None
    return further.shown_after(press.action, press.value, further.turns_of(ask, given))


def place_after(text: IncomingText, ask: Invitation, given: Response) -> int | None:
    """Return from which place further questions go on after words; None where they are over."""
    turns = further.turns_of(ask, given)
    press = _last_shown(text, ask) if turns else None
    if press and press.became == ChatEvent.DONE:
        return None
    turn = further.shown_after(press.action, press.value, turns) if press and press.became == "further" else None
    turn = turn or further.from_place(turns, 0)
    return turn.place if turn else None


def _last_shown(text: IncomingText, ask: Invitation) -> ChatEvent | None:
    """Return the press that says what the chat showed to whoever wrote, None where nobody pressed anything."""
    if not text.is_of_chat or not of_version(ask.version_id):
        return None
    first = text
    if text.replaces:
        same = IncomingText.objects.filter(bot=text.bot_id, whatsapp=text.whatsapp_id, provider_id=text.provider_id)
        first = same.order_by("pk").first() or text
    pressed = ChatEvent.objects.presses_in(first.from_number, until=first.arrived_at)
    about = pressed.filter(link=ask.token_hash, became__in=MOVES)[:MOST]
    return next((press for press in about if _was_shown(press, first.at + CLOCKS_DIFFER)), None)


def _was_shown(press: ChatEvent, by: datetime) -> bool:
    """Say whether the chat showed by a moment what came of a press."""
    if press.bot_id is None:
        word = Message.objects.filter(idempotency_key=f"chat-event-{press.pk}", sent_at__lte=by)
        return word.exists()
    return press.told_at is not None and press.told_at <= min(by, press.arrived_at + SHOWN_WITHIN)
