"""What came of a press is shown in the chat: the press is answered, and the message changed to what comes next.

Both may be done twice without harm, so that nothing but the row of the press says that it is still to be done. One
worker at a time, so that an older state never covers a newer one.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.utils.translation import gettext as _

from accounts import clock
from accounts.batches import reason_of
from accounts.customerlanguages import spoken
from delivery.media import web
from delivery.media.telegram.api import TOO_MANY, ApiRefusal, BotApi
from delivery.media.telegram.hearing import FAULTS
from delivery.media.telegram.view import ChatView
from delivery.models import ChatEvent, TelegramBot
from delivery.seats import seat
from responses.chats import echoes, views
from responses.chats.presses import asked_by
from responses.models import Response
from responses.page import offers
from surveys.models import Invitation

log = structlog.get_logger(__name__)

# After so long nobody waits for what a press does any more.
FRESH = timedelta(hours=1)
BATCH = 100


def show_due() -> int:
    """Show every press that was taken up in its chat, and return how many there were."""
    total = 0
    with seat("telegram-chats", 1) as held:
        while held and held.keep():
            events = list(ChatEvent.objects.untold().select_related("bot__brand").order_by("pk")[:BATCH])
            if not events:
                break
            if not _show(events):
                # Telegram wants to be left alone; the next nudge goes on.
                break
            total += len(events)
    return total


def _show(events: Sequence[ChatEvent]) -> bool:
    """Show these presses, each message as it is after the last of its own; False where Telegram takes none now."""
    by_bot: defaultdict[TelegramBot, list[ChatEvent]] = defaultdict(list)
    for event in events:
        by_bot[event.bot].append(event)
    # Not `all` at once: that one bot has to be quiet says nothing of the others.
    shown = [_show_of(bot, presses) for bot, presses in by_bot.items()]
    return all(shown)


def _show_of(bot: TelegramBot, presses: Sequence[ChatEvent]) -> bool:
    now = clock.now()
    fresh = [press for press in presses if now - press.arrived_at < FRESH]
    asks = asked_by(fresh)
    last = {(press.chat, press.message_id): press for press in fresh}
    try:
        api = BotApi(bot)
        for press in fresh:
            ask = asks.get(bytes(press.link or b""))
            _answer(api, press, ask)
            if ask and last[press.chat, press.message_id] is press:
                _change(api, press, ask)
    except FAULTS as error:
        log.warning("a chat does not show yet what was pressed", bot=bot.pk, reason=reason_of(error))
        return False
    _note(presses, now)
    return True


def _note(presses: Sequence[ChatEvent], now: datetime) -> None:
    ChatEvent.objects.filter(pk__in=[press.pk for press in presses]).update(told_at=now)


def _answer(api: BotApi, press: ChatEvent, ask: Invitation | None) -> None:
    """End the waiting of the button; where nothing came of it, say so."""
    said = ""
    if press.became in ("late", "nothing"):
        with spoken.speaking(ask.language if ask else echoes.language_of(press)):
            said = _("This question is closed. Thank you!") if press.became == "late" else _("This button is over.")
    _harmless(api, "answerCallbackQuery", callback_query_id=press.query, text=said)


def _change(api: BotApi, press: ChatEvent, ask: Invitation) -> None:
    """Change the message that holds the button to what stands there now."""
    view = _view(press, ask)
    if view and press.message_id is not None:
        chat = int(press.chat.partition(":")[2])
        _harmless(api, "editMessageText", chat_id=chat, message_id=press.message_id, **view.content)


def _view(press: ChatEvent, ask: Invitation) -> ChatView | None:
    given = Response.objects.counted().filter(invitation=ask).first()
    language = given.language if given else ask.language
    if press.became == "change" or (given is None and press.became in ("score", "topic", "done")):
        return views.again(ask, given, language)
    if given is None or press.became not in ("score", "topic", "done"):
        return None
    if press.became == "done":
        return views.thanks(ask, given, language)
    return views.why(ask, given, language, offers.tapped(given.pk))


def _harmless(api: BotApi, method: str, **parameters: Any) -> None:
    """Call a method whose refusal changes nothing: the press is too old, the message is gone or says that already."""
    try:
        api.call(method, **parameters)
    except ApiRefusal as error:
        if error.code == TOO_MANY or error.code in (401, 404, 409):
            raise
        log.info("a chat takes no change", method=method, reason=str(error))
    except web.NotAnswered as error:
        # It may be done or not; once more does no harm.
        raise web.NotReached(str(error)) from error
