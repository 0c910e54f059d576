import time
from datetime import timedelta

from django.utils.translation import gettext_noop

from accounts import clock
from accounts.secrets import SecretUnreadable
from delivery.media import web
from delivery.media.carrier import PutOff, Refused, Unclear
from delivery.media.telegram.api import TOO_MANY, ApiRefusal, BotApi
from delivery.media.telegram.content import content
from delivery.media.telegram.parcel import ChatParcel
from delivery.models import Message, TelegramBot

# For how long a bot is left alone that takes nothing just now, where Telegram does not say for how long.
PAUSE = timedelta(minutes=1)
# How often a bot that works is noted as working.
NOTED = 60.0
GONE = gettext_noop("The Telegram bot of this message is gone or switched off.")
# The token was taken back or mistyped, or somebody else listens with it: a person mends that.
OUT_OF_ORDER = frozenset({401, 404, 409})
# Whoever blocks a bot, or leaves Telegram, is told of by 403; a chat that never was, in these words.
FORBIDDEN = 403
NO_SUCH_CHAT = ("chat not found", "user is deactivated", "peer_id_invalid", "user not found", "chat_id is empty")


class TelegramCarrier:
    """Hands messages over to Telegram, each as the bot that its chat belongs to."""

    def __init__(self) -> None:
        self._open: dict[int, tuple[TelegramBot, BotApi]] = {}
        # Until when a bot is left alone, by its key, and why.
        self._resting: dict[int, tuple[float, str]] = {}
        self._noted: dict[int, float] = {}

    def send(self, parcel: ChatParcel) -> str:
        until, why = self._resting.get(parcel.bot, (0.0, ""))
        rest = until - time.monotonic()
        if rest > 0:
            raise PutOff(why, after=timedelta(seconds=rest))
        bot, api = self._opened(parcel.bot)
        try:
            told = api.call("sendMessage", chat_id=parcel.chat, **content(parcel.view))
        except (web.Forbidden, web.NotReached) as error:
            raise self._put_off(bot, str(error), None) from error
        except web.NotAnswered as error:
            raise Unclear(str(error)) from error
        except ApiRefusal as error:
            raise self._outcome(bot, error) from error
        self._note(bot)
        return message_name(bot, parcel.chat, told.get("message_id") if isinstance(told, dict) else None)

    def close(self) -> None:
        self._open.clear()

    def _opened(self, key: int) -> tuple[TelegramBot, BotApi]:
        if key not in self._open:
            bot = TelegramBot.objects.in_use().filter(pk=key).first()
            if bot is None:
                raise PutOff(GONE)
            try:
                self._open[key] = bot, BotApi(bot)
            except SecretUnreadable as error:
                bot.mark_failed(str(error), at=clock.now())
                raise self._put_off(bot, str(error), None) from error
        return self._open[key]

    def _outcome(self, bot: TelegramBot, error: ApiRefusal) -> Exception:
        if error.code == TOO_MANY:
            return self._put_off(bot, str(error), error.after)
        if error.code in OUT_OF_ORDER:
            bot.mark_failed(str(error), at=clock.now())
            return self._put_off(bot, str(error), error.after)
        is_dead = error.code == FORBIDDEN or any(words in error.reason.lower() for words in NO_SUCH_CHAT)
        return Refused(str(error), bounce=Message.Bounce.HARD if is_dead else "")

    def _put_off(self, bot: TelegramBot, reason: str, after: timedelta | None) -> PutOff:
        pause = PAUSE if after is None else after
        self._resting[bot.pk] = time.monotonic() + pause.total_seconds(), reason
        return PutOff(reason, after=pause)

    def _note(self, bot: TelegramBot) -> None:
        """Note that it works, without a write for every message."""
        if time.monotonic() - self._noted.get(bot.pk, float("-inf")) >= NOTED:
            self._noted[bot.pk] = time.monotonic()
            bot.mark_working(at=clock.now())


def message_name(bot: TelegramBot, chat: int, message_id: object) -> str:
    """Return the ID under which a message is kept; Telegram counts them in each chat anew."""
    return f"{bot.address_of(chat)}:{message_id}" if isinstance(message_id, int) else ""
