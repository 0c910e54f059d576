from delivery.models.message import Message

__all__ = ["Message"]
