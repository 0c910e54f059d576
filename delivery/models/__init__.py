from delivery.models.handover import Handover
from delivery.models.message import Message
from delivery.models.seat import Seat

__all__ = ["Handover", "Message", "Seat"]
