"""How a message travels: one module per medium."""

from accounts.media import OF_CUSTOMERS
from delivery.media.carrier import Carrier, ConnectionLost, PutOff, Refused
from delivery.media.email.carrier import open_email

__all__ = ["Carrier", "ConnectionLost", "PutOff", "Refused", "for_customers", "open_carrier"]

_OPENERS = {"email": open_email}


def open_carrier(medium: str) -> Carrier:
    """Return a carrier of `medium`; it connects when the first message is given to it. Close it after use."""
    return _OPENERS[medium]()


def for_customers() -> list[tuple[str, str]]:
    """Return value and label of each medium that customers can be written to by."""
    return [(medium.value, str(medium.label)) for medium in OF_CUSTOMERS if medium in _OPENERS]
