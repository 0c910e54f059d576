from delivery.admin.bots import TelegramBotAdmin
from delivery.admin.domains import SendingDomainAdmin
from delivery.admin.gateways import IncomingTextAdmin, TextGatewayAdmin
from delivery.admin.hooks import TeamHookAdmin
from delivery.admin.letters import IncomingLetterAdmin
from delivery.admin.messages import MessageAdmin
from delivery.admin.numbers import WhatsAppNumberAdmin

__all__ = [
    "IncomingLetterAdmin",
    "IncomingTextAdmin",
    "MessageAdmin",
    "SendingDomainAdmin",
    "TeamHookAdmin",
    "TelegramBotAdmin",
    "TextGatewayAdmin",
    "WhatsAppNumberAdmin",
]
