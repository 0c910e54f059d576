from django.conf import settings
from django.template.loader import render_to_string

from accounts.media import Medium
from accounts.models import User
from delivery.composers import Unsendable
from delivery.media.carrier import Carrier
from delivery.media.email.addresses import mailbox
from delivery.media.email.backend import BackendCarrier
from delivery.media.email.letter import Letter, plain
from delivery.media.email.smtp import SmtpCarrier
from delivery.media.notice import Notice
from delivery.media.transport import Recipient, Recovery, Transport
from delivery.models import Message
from delivery.reputation import domains

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


class EmailTransport(Transport):
    """E-mail: a repeat has the same Message-ID, by which mail systems recognise it."""

    medium = Medium.EMAIL
    recovery = Recovery.AGAIN
    # Connecting, greeting, envelope, content, and a lost connection.
    waits = 8

    def recipients_among_staff(self, person: User) -> list[Recipient]:
        """Return the mailbox of a person who wants notices there."""
        return [Recipient(person.email, person.name)] if person.email and person.wants_notices else []

    def rendered(self, notice: Notice, message: Message) -> Letter:
        text = render_to_string("emails/notice.txt", {"notice": notice, "to": message.to_name})
        return plain(message, subject=notice.subject, text=text)

    def spellings(self, address: str) -> frozenset[str]:
        """Return an address as it is kept and as it was sent: its domain is ASCII on the wire."""
        try:
            return frozenset({address.lower(), mailbox(address).lower()})
        except Unsendable:
            return super().spellings(address)

    def sender_domain(self, parcel: Letter) -> str:
        return domains.of(parcel.sender)

    def open_carrier(self) -> Carrier:
        """Return what carries e-mail: SMTP by ourselves, any other EMAIL_BACKEND (such as Anymail's) through Django."""
        return SmtpCarrier() if settings.EMAIL_BACKEND == SMTP_BACKEND else BackendCarrier()
