"""How a customer gets into the chat of a bot: a link of their own, for whoever serves them to hand over."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from accounts import qr
from accounts.media import Medium
from crm.models import Contact, ContactAddress
from delivery.media.telegram import joining
from delivery.models import TelegramBot


@dataclass(frozen=True, slots=True)
class ChatWay:
    """A bot and the link by which this customer joins its chat; `is_open`: they did already."""

    bot: TelegramBot
    link: str
    is_open: bool

    @property
    def code(self) -> SafeString:
        """The link as a picture for the camera of a phone."""
        return qr.inline(self.link)


def ways_of(contact: Contact, addresses: Sequence[ContactAddress]) -> list[ChatWay]:
    """Return the way into the chat of each brand; one query. Nobody is invited who wants no messages."""
    if not contact.may_be_contacted:
        return []
    chats = [a.value for a in addresses if a.medium == Medium.TELEGRAM and a.bounced_at is None]
    return [
        ChatWay(bot, joining.link(bot, contact.pk), any(chat.startswith(f"{bot.number}:") for chat in chats))
        for bot in TelegramBot.objects.in_use().select_related("brand").order_by("brand__name")
    ]
