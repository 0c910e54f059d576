import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.conf import settings
from django.core.mail.utils import DNS_NAME

from delivery.composing import Letter
from delivery.media.carrying import ConnectionLost, PutOff, Refused

SERVICE_CLOSING = 421
# RFC 3463: bad mailbox, bad system, bad syntax, moved without a trace, no mail here (RFC 7505).
BAD_ADDRESS = re.compile(r"\b5\.1\.(?:1|2|3|6|10)\b")


class SmtpCarrier:
    """Speaks SMTP as Django's EMAIL_* settings say, over one connection for all letters."""

    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None

    def send(self, letter: Letter) -> str:
        reused = self._smtp is not None
        try:
            self._offer(letter)
        except ConnectionLost:
            if not reused:
                raise
            # Servers close a connection after some time or number of letters; nothing of this one was given yet.
            self._offer(letter)
        self._give(letter.as_bytes())
        return ""

    def close(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            smtp.quit()
        except (smtplib.SMTPException, OSError):
            smtp.close()

    def _offer(self, letter: Letter) -> None:
        with self._losing_connection():
            smtp = self._connected()
            code, reply = smtp.mail(letter.sender)
            if code >= 500:
                # The server refuses us, not this recipient: whoever runs Plumb can still set that right.
                raise self._reset(PutOff(said("The server refused the sender", code, reply)))
            self._check(code, reply)
            self._check(*smtp.rcpt(letter.recipient))

    def _give(self, content: bytes) -> None:
        with self._losing_connection():
            try:
                code, reply = self._connected().data(content)
            except smtplib.SMTPDataError as error:
                code, reply = error.smtp_code, as_bytes(error.smtp_error)
            self._check(code, reply)

    def _check(self, code: int, reply: bytes) -> None:
        if code < 400 and code != -1:
            return
        reason = said("The server answered", code, reply)
        if code in (SERVICE_CLOSING, -1):
            self._drop()
            raise ConnectionLost(reason)
        if code < 500:
            raise self._reset(PutOff(reason))
        raise self._reset(Refused(reason, bad_address=bool(BAD_ADDRESS.search(reason))))

    def _reset(self, error: Exception) -> Exception:
        """Make the connection fit for the next letter and return the error to raise."""
        try:
            self._connected().rset()
        except (smtplib.SMTPException, OSError):
            self._drop()
        return error

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._smtp = connect()
        return self._smtp

    @contextmanager
    def _losing_connection(self) -> Iterator[None]:
        try:
            yield
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise ConnectionLost(f"{type(error).__name__}: {error}") from error

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def connect() -> smtplib.SMTP:
    """Return a connection that is greeted, encrypted and logged in as the settings say."""
    kind = partial(smtplib.SMTP_SSL, context=ssl_context()) if settings.EMAIL_USE_SSL else smtplib.SMTP
    smtp = kind(
        settings.EMAIL_HOST,
        settings.EMAIL_PORT,
        local_hostname=DNS_NAME.get_fqdn(),
        timeout=settings.EMAIL_TIMEOUT,
    )
    try:
        smtp.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            smtp.starttls(context=ssl_context())
        if settings.EMAIL_HOST_USER:
            smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except BaseException:
        smtp.close()
        raise
    return smtp


def ssl_context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    if settings.EMAIL_SSL_CERTFILE:
        context.load_cert_chain(settings.EMAIL_SSL_CERTFILE, settings.EMAIL_SSL_KEYFILE)
    return context


def said(what: str, code: int, reply: bytes) -> str:
    return f"{what}: {code} {as_bytes(reply).decode(errors='replace')}"


def as_bytes(reply: bytes | str) -> bytes:
    return reply.encode() if isinstance(reply, str) else reply
