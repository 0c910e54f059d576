from delivery.models.handover import Handover
from delivery.models.message import Message

__all__ = ["Handover", "Message"]
