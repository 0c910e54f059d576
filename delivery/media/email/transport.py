from django.conf import settings

from accounts.media import Medium
from delivery.composers import Unsendable
from delivery.media.carrier import Carrier
from delivery.media.email.addresses import mailbox
from delivery.media.email.backend import BackendCarrier
from delivery.media.email.smtp import SmtpCarrier
from delivery.media.transport import Recovery, Transport

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


class EmailTransport(Transport):
    """E-mail: a repeat has the same Message-ID, by which mail systems recognise it."""

    medium = Medium.EMAIL
    recovery = Recovery.AGAIN

    @property
    def seats(self) -> int:
        connections: int = settings.EMAIL_CONNECTIONS
        return connections

    @property
    def per_second(self) -> float:
        rate: float = settings.EMAIL_PER_SECOND
        return rate

    def spellings(self, address: str) -> frozenset[str]:
        """Return an address as it is kept and as it was sent: its domain is ASCII on the wire."""
        try:
            return frozenset({address.lower(), mailbox(address).lower()})
        except Unsendable:
            return super().spellings(address)

    def open_carrier(self) -> Carrier:
        """Return what carries e-mail: SMTP by ourselves, any other EMAIL_BACKEND (such as Anymail's) through Django."""
        return SmtpCarrier() if settings.EMAIL_BACKEND == SMTP_BACKEND else BackendCarrier()
