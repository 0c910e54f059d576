"""The media by which Plumb writes: one list for addresses and consents above, messages and carriers beside them."""

from enum import Enum

from django.db import models
from django.utils.translation import gettext_lazy as _


class AddressKind(Enum):
    """What an address of a medium is: several media may ring one phone."""

    MAILBOX = "mailbox"
    PHONE = "phone"
    CHAT = "chat"


class Medium(models.TextChoices):
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")
    TELEGRAM = "telegram", "Telegram"
    VIBER = "viber", "Viber"
    WHATSAPP = "whatsapp", "WhatsApp"
    CHAT = "chat", _("team chat")

    @property
    def address_kind(self) -> AddressKind:
        return _KINDS[self]


_KINDS = {
    Medium.EMAIL: AddressKind.MAILBOX,
    Medium.SMS: AddressKind.PHONE,
    Medium.TELEGRAM: AddressKind.CHAT,
    Medium.VIBER: AddressKind.PHONE,
    Medium.WHATSAPP: AddressKind.PHONE,
    Medium.CHAT: AddressKind.CHAT,
}


class Mode(models.TextChoices):
    """How an answer was taken down that no message brought: what stands in the place of its medium."""

    TELEPHONE = "telephone", _("telephone")
    MEETING = "meeting", _("meeting")
    PAPER = "paper", _("paper")
    IVR = "ivr", _("telephone system")


# By what answers come.
OF_ANSWERS = [*Medium.choices, *Mode.choices]
# Those by which customers are written to; a team's chat hears notices for staff only.
OF_CUSTOMERS = (Medium.EMAIL, Medium.SMS, Medium.TELEGRAM, Medium.VIBER, Medium.WHATSAPP)
