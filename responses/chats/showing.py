"""What came of a press is shown in the chat: the press is answered, and the message changed to what comes next.

Both may be done twice without harm, so that nothing but the row of the press says that it is still to be done. One
worker at a time, so that an older state never covers a newer one.
"""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import structlog

from accounts import clock
from accounts.batches import NOT_OF_A_ROW, reason_of
from accounts.customerlanguages import spoken
from accounts.media import Medium
from delivery.media import web
from delivery.media.messenger.view import ChatView
from delivery.media.telegram.api import TOO_MANY, ApiRefusal, BotApi
from delivery.media.telegram.content import content
from delivery.media.telegram.hearing import FAULTS
from delivery.models import ChatEvent, TelegramBot
from delivery.seats import HeldSeat, seat
from responses.chats import echoes, views
from responses.chats.presses import asked_by
from responses.chats.standing import MOVES
from responses.models import Response
from responses.page import offers
from surveys.models import Invitation

log = structlog.get_logger(__name__)

# After so long nobody waits for what a press does any more.
FRESH = timedelta(hours=1)
BATCH = 100
# So many chats of which nobody knows whether they were shown are a Telegram that does not answer.
MOST_UNANSWERED = 3


class TooSlow(Exception):
    """Another worker shows presses by now."""


def show_due() -> int:
    """Show every press that was taken up in its chat, and return how many are shown."""
    rounds: list[ChatRound] = []
    with seat("telegram-chats", 1) as held, suppress(TooSlow):
        if held:
            for bot in _bots():
                rounds.append(ChatRound(bot, held))
                rounds[-1].show_all()
    return sum(each.shown for each in rounds)


def _bots() -> list[TelegramBot]:
    waiting = ChatEvent.objects.untold().values("bot")
    return list(TelegramBot.objects.filter(pk__in=waiting).select_related("brand").order_by("pk"))


class ChatRound:
    """One round of showing presses in the chats of a bot, each message as it is after the last of its own.

    A chat that cannot be shown what it holds waits until the next round, all of it, so that its presses stay in order,
    and holds up no other.
    """

    def __init__(self, bot: TelegramBot, held: HeldSeat) -> None:
        self.bot, self.held = bot, held
        self.shown = self.unanswered = 0
        self.later: set[str] = set()

    def show_all(self) -> None:
        """Show presses until there are none, or Telegram takes none any more; the next nudge goes on then."""
        try:
            api = BotApi(self.bot)
            while self._go_on(api):
                pass
        except FAULTS as error:
            log.warning("a chat does not show yet what was pressed", bot=self.bot.pk, reason=reason_of(error))

    def _go_on(self, api: BotApi) -> bool:
        untold = ChatEvent.objects.untold().filter(bot=self.bot).exclude(chat__in=self.later)
        presses = list(untold.select_related("bot__brand").order_by("pk")[:BATCH])
        asks = asked_by(presses)
        last = {(press.chat, press.message_id): press for press in presses}
        for press in presses:
            if not self.held.keep():
                raise TooSlow
            if press.chat not in self.later:
                self._show(api, press, asks.get(press.pk), is_last=last[press.chat, press.message_id] is press)
        return bool(presses)

    def _show(self, api: BotApi, press: ChatEvent, ask: Invitation | None, *, is_last: bool) -> None:
        try:
            if clock.now() - press.arrived_at < FRESH:
                _answer(api, press, ask)
                if ask and is_last:
                    _change(api, press, ask)
        except web.NotAnswered as error:
            self._put_off(press, error)
            self.unanswered += 1
            if self.unanswered == MOST_UNANSWERED:
                raise
        except (*FAULTS, *NOT_OF_A_ROW):
            raise
        except Exception as error:  # noqa: BLE001 logged there
            self._put_off(press, error)
        else:
            ChatEvent.objects.filter(pk=press.pk).update(told_at=clock.now())
            self.shown += 1

    def _put_off(self, press: ChatEvent, error: Exception) -> None:
        log.warning("a chat does not show yet what was pressed", press=press.pk, reason=reason_of(error))
        self.later.add(press.chat)


def _answer(api: BotApi, press: ChatEvent, ask: Invitation | None) -> None:
    """End the waiting of the button; where nothing came of it, say so."""
    said = ""
    if press.became in ("late", "nothing"):
        with spoken.speaking(ask.language if ask else echoes.language_of(press)):
            said = views.closed(press.became)
    _harmless(api, "answerCallbackQuery", callback_query_id=press.query, text=said)


def _change(api: BotApi, press: ChatEvent, ask: Invitation) -> None:
    """Change the message that holds the button to what stands there now."""
    view = _view(press, ask)
    if view and press.message_id is not None:
        chat = int(press.chat.partition(":")[2])
        _harmless(api, "editMessageText", chat_id=chat, message_id=press.message_id, **content(view))


def _view(press: ChatEvent, ask: Invitation) -> ChatView | None:
    given = Response.objects.counted().filter(invitation=ask).first()
    language = given.language if given else ask.language
    if press.became == "change" or (given is None and press.became in MOVES):
        return views.again(ask, given, language, medium=Medium.TELEGRAM)
    if given is None or press.became not in MOVES:
        return None
    if press.became == "further":
        return views.after(press.action, press.value, ask, given, medium=Medium.TELEGRAM)
    if press.became == ChatEvent.DONE:
        return views.thanks(ask, given, language)
    return views.why(ask, given, language, offers.tapped(given.pk), medium=Medium.TELEGRAM)


def _harmless(api: BotApi, method: str, **parameters: Any) -> None:
    """Call a method whose refusal changes nothing: the press is too old, the message is gone or says that already."""
    try:
        api.call(method, **parameters)
    except ApiRefusal as error:
        if error.code == TOO_MANY or error.code in (401, 404, 409):
            raise
        log.info("a chat takes no change", method=method, reason=str(error))
