from delivery.models.attachment import Attachment
from delivery.models.handover import Handover
from delivery.models.incoming_letter import IncomingLetter
from delivery.models.message import Message
from delivery.models.seat import Seat
from delivery.models.team_hook import TeamHook

__all__ = ["Attachment", "Handover", "IncomingLetter", "Message", "Seat", "TeamHook"]
