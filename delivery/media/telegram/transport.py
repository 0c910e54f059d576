from collections.abc import Mapping

from django.utils.translation import gettext_noop

from accounts.media import Medium
from delivery.composers import Unsendable
from delivery.media.carrier import Carrier
from delivery.media.messenger.view import ChatView
from delivery.media.telegram.carrier import TelegramCarrier
from delivery.media.telegram.parcel import ChatParcel
from delivery.media.transport import Recovery, Transport
from delivery.models import Message, TelegramBot
from delivery.models.telegram_bot import TelegramBotQuerySet

NO_BOT = gettext_noop("The bot that this chat belongs to is gone or switched off.")


class TelegramTransport(Transport):
    """Chats with the bots of our brands. A question that comes twice costs trust, so in doubt a person decides."""

    medium = Medium.TELEGRAM
    recovery = Recovery.ASK

    @property
    def is_set_up(self) -> bool:
        return TelegramBot.objects.in_use().exists()

    def open_carrier(self) -> Carrier:
        return TelegramCarrier()


def parcel(message: Message, view: ChatView, bots: Mapping[int, int]) -> ChatParcel:
    """Return what goes into the chat that `message` names; `bots`: the keys of those in use by their own numbers.

    Raises Unsendable where no bot of ours may write there.
    """
    number, _colon, chat = message.to_address.partition(":")
    bot = bots.get(int(number)) if number.isdecimal() else None
    if bot is None or not chat.removeprefix("-").isdecimal():
        raise Unsendable(NO_BOT)
    return ChatParcel(bot, int(chat), view)


def bots_by_number() -> dict[int, int]:
    """Return the keys of the bots in use by Telegram's numbers of them."""
    return _by_number(TelegramBot.objects.in_use())


def bots_that_may_rest() -> dict[int, int]:
    """Return the same with the bots that are switched off: what is written to whoever waits for it waits for them.

    An ask goes on by the next medium instead.
    """
    return _by_number(TelegramBot.objects.filter(number__isnull=False))


def _by_number(bots: TelegramBotQuerySet) -> dict[int, int]:
    return {number: pk for pk, number in bots.values_list("pk", "number") if number is not None}
