"""The media by which messages travel: one room for each, one list of them all."""

from accounts.media import OF_CUSTOMERS
from delivery.media.carrier import Carrier, ConnectionLost, PutOff, Refused, Unclear
from delivery.media.chat.transport import ChatTransport
from delivery.media.email.transport import EmailTransport
from delivery.media.sms.transport import SmsTransport
from delivery.media.telegram.transport import TelegramTransport
from delivery.media.transport import Recovery, Transport
from delivery.media.whatsapp.transport import WhatsAppTransport

__all__ = [
    "Carrier",
    "ConnectionLost",
    "PutOff",
    "Recovery",
    "Refused",
    "Transport",
    "Unclear",
    "for_customers",
    "in_use",
    "set_up",
    "transport_of",
]

_transports: dict[str, Transport] = {
    transport.medium: transport
    for transport in (EmailTransport(), SmsTransport(), TelegramTransport(), WhatsAppTransport(), ChatTransport())
}


def transport_of(medium: str) -> Transport:
    """Return how messages travel by `medium`; raise KeyError for one that Plumb cannot write by."""
    return _transports[medium]


def in_use() -> list[Transport]:
    """Return every medium that Plumb can write by."""
    return list(_transports.values())


def set_up() -> set[str]:
    """Return the media by which something can be sent to customers as things are."""
    return {medium.value for medium in OF_CUSTOMERS if medium in _transports and _transports[medium].is_set_up}


def for_customers() -> list[tuple[str, str]]:
    """Return value and label of each medium that customers can be written to by."""
    return [(medium.value, str(medium.label)) for medium in OF_CUSTOMERS if medium in _transports]
