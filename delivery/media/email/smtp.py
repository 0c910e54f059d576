import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from django.conf import settings
from django.core.mail.utils import DNS_NAME

from delivery.media.carrier import ConnectionLost, PutOff, Refused
from delivery.media.email import bounces
from delivery.media.email.letter import Letter

GO_ON = 354
CLOSING = 421

Reply = tuple[int, bytes]


class SmtpCarrier:
    """Speaks SMTP as Django's EMAIL_* settings say, over one connection for all letters."""

    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None

    def send(self, letter: Letter) -> str:
        # Before anything is said: what cannot be written must not break off in the middle of a connection.
        content = letter.as_bytes()
        reused = self._smtp is not None
        try:
            self._offer(letter)
        except ConnectionLost:
            if not reused:
                raise
            # Servers close a connection after some time or number of letters; nothing of this one was given yet.
            self._offer(letter)
        self._give(content)
        return ""

    def close(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            try:
                smtp.quit()
            except (smtplib.SMTPException, OSError):
                smtp.close()

    def _offer(self, letter: Letter) -> None:
        with self._losing_connection():
            replies = self._say([f"MAIL FROM:<{letter.sender}>", f"RCPT TO:<{letter.recipient}>", "DATA"])
            if replies[-1][0] == GO_ON and any(code >= 400 for code, _reply in replies):
                # The server took no recipient and wants the content all the same.
                self._connected().docmd(".")
        code, reply = replies[0]
        if code >= 500:
            # The server refuses us, not this recipient: whoever runs Plumb can still set that right.
            raise self._reset(PutOff(said("The server refused the sender", code, reply)))
        for code, reply in replies:
            self._judge(code, reply)

    def _give(self, content: bytes) -> None:
        with self._losing_connection():
            smtp = self._connected()
            smtp.send(content.replace(b"\r\n.", b"\r\n..") + b".\r\n")
            code, reply = smtp.getreply()
        self._judge(code, reply)

    def _say(self, commands: Sequence[str]) -> list[Reply]:
        """Return the replies to `commands`, sent together where the server allows it (RFC 2920)."""
        smtp = self._connected()
        together = smtp.has_extn("pipelining")
        if together:
            smtp.send("".join(f"{command}\r\n" for command in commands))
        replies: list[Reply] = []
        for command in commands:
            replies.append(smtp.getreply() if together else smtp.docmd(command))
            code = replies[-1][0]
            if code == CLOSING or (code >= 400 and not together):
                break
        return replies

    def _judge(self, code: int, reply: bytes) -> None:
        if 200 <= code < 400:
            return
        reason = said("The server answered", code, reply)
        if code in (CLOSING, -1):
            self._drop()
            raise ConnectionLost(reason)
        if code < 500:
            raise self._reset(PutOff(reason, bounce=bounces.of_status(reason)))
        raise self._reset(Refused(reason, bounce=bounces.of_status(reason)))

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
        if settings.EMAIL_USE_TLS:
            smtp.starttls(context=ssl_context())
        smtp.ehlo_or_helo_if_needed()
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
    return f"{what}: {code} {reply.decode(errors='replace')}"
