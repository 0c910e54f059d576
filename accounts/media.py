"""The media by which Plumb writes: one list for addresses and consents above, messages and carriers beside them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Medium(models.TextChoices):
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")
    TELEGRAM = "telegram", "Telegram"
    VIBER = "viber", "Viber"
    WHATSAPP = "whatsapp", "WhatsApp"
    CHAT = "chat", _("team chat")


# Those by which customers are written to; a team's chat hears notices for staff only.
OF_CUSTOMERS = (Medium.EMAIL, Medium.SMS, Medium.TELEGRAM, Medium.VIBER, Medium.WHATSAPP)
