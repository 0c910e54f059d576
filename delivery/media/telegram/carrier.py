from django.utils.translation import gettext_noop

from delivery.media import web
from delivery.media.account_carrier import AccountCarrier
from delivery.media.carrier import Refused, Unclear
from delivery.media.telegram.api import TOO_MANY, ApiRefusal, BotApi
from delivery.media.telegram.content import content
from delivery.media.telegram.parcel import ChatParcel
from delivery.models import Message, TelegramBot

# The token was taken back or mistyped, or somebody else listens with it: a person mends that.
OUT_OF_ORDER = frozenset({401, 404, 409})
# Whoever blocks a bot, or leaves Telegram, is told of by 403; a chat that never was, in these words.
FORBIDDEN = 403
NO_SUCH_CHAT = ("chat not found", "user is deactivated", "peer_id_invalid", "user not found", "chat_id is empty")


class TelegramCarrier(AccountCarrier[TelegramBot, ChatParcel, BotApi]):
    """Hands messages over to Telegram, each as the bot that its chat belongs to."""

    gone = gettext_noop("The Telegram bot of this message is gone or switched off.")

    def _find(self, parcel: ChatParcel) -> TelegramBot | None:
        return TelegramBot.objects.in_use().filter(pk=parcel.bot).first()

    def _speak(self, account: TelegramBot) -> BotApi:
        return BotApi(account)

    def _hand_over(self, account: TelegramBot, spoken: BotApi, parcel: ChatParcel) -> str:
        try:
            told = spoken.call("sendMessage", chat_id=parcel.chat, **content(parcel.view))
        except (web.Forbidden, web.NotReached) as error:
            raise self._put_off(account, str(error)) from error
        except web.NotAnswered as error:
            raise Unclear(str(error)) from error
        except ApiRefusal as error:
            raise self._outcome(account, error) from error
        return message_name(account, parcel.chat, told.get("message_id") if isinstance(told, dict) else None)

    def _outcome(self, bot: TelegramBot, error: ApiRefusal) -> Exception:
        if error.code == TOO_MANY:
            return self._put_off(bot, str(error), error.after)
        if error.code in OUT_OF_ORDER:
            return self._fail(bot, str(error), error.after)
        is_dead = error.code == FORBIDDEN or any(words in error.reason.lower() for words in NO_SUCH_CHAT)
        return Refused(str(error), bounce=Message.Bounce.HARD if is_dead else "")


def message_name(bot: TelegramBot, chat: int, message_id: object) -> str:
    """Return the ID under which a message is kept; Telegram counts them in each chat anew."""
    return f"{bot.address_of(chat)}:{message_id}" if isinstance(message_id, int) else ""
