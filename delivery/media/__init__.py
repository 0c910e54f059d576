"""How a message travels: one module per medium."""

from delivery.media.carrying import Carrier, ConnectionLost, PutOff, Refused
from delivery.media.email import open_email

__all__ = ["Carrier", "ConnectionLost", "PutOff", "Refused", "open_carrier"]

_OPENERS = {"email": open_email}


def open_carrier(medium: str) -> Carrier:
    """Return a carrier of `medium`; it connects when the first message is given to it. Close it after use."""
    return _OPENERS[medium]()
