from delivery.models.attachment import Attachment
from delivery.models.chat_event import ChatEvent
from delivery.models.handover import Handover
from delivery.models.incoming_letter import IncomingLetter
from delivery.models.incoming_text import IncomingText
from delivery.models.message import Message
from delivery.models.seat import Seat
from delivery.models.sending_domain import RampDay, SendingDay, SendingDomain
from delivery.models.team_hook import TeamHook
from delivery.models.telegram_bot import TelegramBot
from delivery.models.text_gateway import TextGateway
from delivery.models.untried import Untried
from delivery.models.whatsapp_number import WhatsAppNumber
from delivery.models.whatsapp_template import WhatsAppTemplate

__all__ = [
    "Attachment",
    "ChatEvent",
    "Handover",
    "IncomingLetter",
    "IncomingText",
    "Message",
    "RampDay",
    "Seat",
    "SendingDay",
    "SendingDomain",
    "TeamHook",
    "TelegramBot",
    "TextGateway",
    "Untried",
    "WhatsAppNumber",
    "WhatsAppTemplate",
]
