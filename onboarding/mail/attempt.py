"""A connection to the mail server or to the mailbox, tried now, and what came of it in words.

Nothing is sent and nothing is read: the server is asked whether it takes letters of the sender, the mailbox opened.
"""

import imaplib
import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.core.mail.utils import DNS_NAME
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from delivery.media.email import inbox, smtp
from delivery.media.email.mailboxes import Source
from delivery.media.email.transport import SMTP_BACKEND

LONGEST_ANSWER = 200
REFUSED_FROM = 400
# The first kind that an error is of says it.
SAID: dict[tuple[type[Exception], ...], str] = {
    (socket.gaierror,): gettext_noop("%(where)s is not found: there is no machine of this name, or no DNS here."),
    (ConnectionRefusedError,): gettext_noop(
        "Nobody answers at %(where)s: the name or the port is wrong, or it is off."
    ),
    (TimeoutError,): gettext_noop("%(where)s does not answer in time: often a firewall stands between."),
    (ssl.SSLCertVerificationError,): gettext_noop("The certificate of %(where)s is not good: %(answer)s"),
    (ssl.SSLError,): gettext_noop("%(where)s speaks no TLS on this port, or another one: %(answer)s"),
    (smtplib.SMTPAuthenticationError,): gettext_noop("%(where)s does not take the user name and password: %(answer)s"),
    (smtplib.SMTPHeloError,): gettext_noop("%(where)s does not take our name, %(name)s: %(answer)s"),
    (smtplib.SMTPNotSupportedError,): gettext_noop("%(where)s does not offer what the settings ask for: %(answer)s"),
    (smtplib.SMTPServerDisconnected, imaplib.IMAP4.abort, ConnectionError): gettext_noop(
        "%(where)s hangs up: the port may want TLS, or the server does not want us."
    ),
    (imaplib.IMAP4.error,): gettext_noop("%(where)s answers, but does not open the mailbox: %(answer)s"),
}


@dataclass(frozen=True)
class Attempt:
    """Whether it went well, and a sentence; `setting`: what to set right where it did not."""

    is_good: bool
    sentence: str
    setting: str = ""


def of_server(sender: str = "") -> Attempt:
    """Connect to the mail server as letters do, and ask it whether it takes letters of `sender`."""
    if settings.EMAIL_BACKEND != SMTP_BACKEND:
        said = _("Letters leave by %(backend)s, which has no connection to try: send yourself a letter instead.")
        return Attempt(is_good=True, sentence=said % {"backend": settings.EMAIL_BACKEND})
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        return _greeted(where, sender or parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    except (smtplib.SMTPException, OSError, ValueError) as error:
        return Attempt(is_good=False, sentence=in_words(error, where), setting="EMAIL_URL")


def _greeted(where: str, sender: str) -> Attempt:
    connection = smtp.connect()
    try:
        code, reply = connection.mail(sender)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
    if code >= REFUSED_FROM:
        said = _("%(where)s answers, but does not take letters of %(sender)s: %(answer)s")
        answer = f"{code} {_short(reply)}"
        return Attempt(
            is_good=False,
            sentence=said % {"where": where, "sender": sender, "answer": answer},
            setting="DEFAULT_FROM_EMAIL",
        )
    said = _("%(where)s answers and takes letters of %(sender)s.")
    return Attempt(is_good=True, sentence=said % {"where": where, "sender": sender})


def of_mailboxes() -> list[Attempt]:
    """Open every place that the settings name for what comes back, and count what waits there."""
    return [_opened(source) for source in inbox.sources()]


def _opened(source: Source) -> Attempt:
    try:
        with source:
            waiting = len(source.new())
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        setting = "BOUNCE_IMAP_URL" if "://" in source.name else "BOUNCE_DROP_DIR"
        return Attempt(is_good=False, sentence=in_words(error, source.name), setting=setting)
    said = ngettext(
        "%(name)s opens; %(count)s mail waits to be read.", "%(name)s opens; %(count)s mails wait to be read.", waiting
    )
    return Attempt(is_good=True, sentence=said % {"name": source.name, "count": waiting})


def in_words(error: Exception, where: str) -> str:
    """Return what went wrong at `where` in a sentence that says what to look at."""
    # A server that falls silent looks to smtplib like one that hangs up.
    felt = error.__context__ if isinstance(error.__context__, TimeoutError) else error
    for kinds, sentence in SAID.items():
        if isinstance(felt, kinds):
            return _(sentence) % {"where": where, "answer": _answer(error), "name": DNS_NAME.get_fqdn()}
    return _("%(where)s: %(answer)s") % {"where": where, "answer": _answer(error)}


def _answer(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_short(error.smtp_error)}"
    return _short(error.args[-1] if error.args else error)


def _short(answer: object) -> str:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)
    return Truncator(" ".join(text.split())).chars(LONGEST_ANSWER)
