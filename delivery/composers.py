"""Who writes which letter: templates are registered by the apps above, so that delivery knows nothing of surveys."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import groupby
from operator import attrgetter
from typing import Literal

import structlog
from django.core.mail import EmailMultiAlternatives

from delivery.media.email import mime
from delivery.media.email.addresses import Unsendable, mailbox
from delivery.models import Message

log = structlog.get_logger(__name__)

# What a Django backend writes itself.
OF_THE_BACKEND = frozenset(
    {"subject", "from", "to", "reply-to", "mime-version", "content-type", "content-transfer-encoding"}
)


@dataclass(frozen=True)
class Letter:
    """One e-mail, ready to be handed over: the addresses of its envelope, in ASCII, and its bytes."""

    sender: str
    recipient: str
    raw: bytes

    @classmethod
    def write(
        cls,
        *,
        sender: str,
        to: str,
        to_name: str = "",
        headers: Mapping[str, str],
        text: str,
        html: str = "",
        language: str,
    ) -> "Letter":
        """Return a letter made from scratch; To is written here, `headers` are all others.

        Raises Unsendable when no mail server would take the address.
        """
        recipient = mailbox(to)
        whole = {"To": mime.address(to_name, recipient), **headers}
        raw = mime.build(headers=whole, text=text, html=html, language=language)
        return cls(sender=sender, recipient=recipient, raw=raw)

    def as_bytes(self) -> bytes:
        """Return the message for SMTP: CRLF line ends, short lines, nothing but ASCII."""
        return self.raw

    @property
    def message(self) -> EmailMessage:
        """The letter as the standard library reads it."""
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    def _part(self, kind: Literal["plain", "html"]) -> str:
        part = self.message.get_body((kind,))
        content: str = part.get_content() if part else ""
        return content.replace("\r\n", "\n")

    def _address(self, header: str) -> str:
        return mime.read_address(str(message_from_bytes(self.raw, policy=policy.compat32)[header]))

    def as_email(self) -> EmailMultiAlternatives:
        """Return the message for any Django backend."""
        headers = {name: str(value) for name, value in self.message.items() if name.lower() not in OF_THE_BACKEND}
        email = EmailMultiAlternatives(
            self.subject,
            self.text,
            self._address("From"),
            [self._address("To")],
            reply_to=[self._address("Reply-To")] if self.message["Reply-To"] else None,
            headers=headers,
        )
        if self.html:
            email.attach_alternative(self.html, "text/html")
        # Understood by Anymail's backends: no rewritten links, and our own reference in the news of this message.
        email.track_clicks = email.track_opens = False  # type: ignore[attr-defined]
        email.metadata = {"message_id": headers["Message-ID"]}  # type: ignore[attr-defined]
        return email


Composed = Letter | Unsendable
# Takes messages of its template, gives one outcome per message in the same order (Unsendable is given, not raised).
Composer = Callable[[Sequence[Message]], Sequence[Composed]]

_composers: dict[str, Composer] = {}


def register(template: str, composer: Composer) -> None:
    """Let `composer` write the messages whose `template` is this; registering again replaces."""
    _composers[template] = composer


def compose(messages: Iterable[Message]) -> dict[int, Composed | Exception]:
    """Return what each message became, by primary key; an unexpected exception stands for its message only."""
    outcomes: dict[int, Composed | Exception] = {}
    by_template = attrgetter("template")
    for template, group in groupby(sorted(messages, key=by_template), key=by_template):
        outcomes |= _compose_template(template, list(group))
    return outcomes


def _compose_template(template: str, messages: list[Message]) -> Mapping[int, Composed | Exception]:
    composer = _composers.get(template)
    if composer is None:
        return {message.pk: Unsendable(f"Nothing writes the template “{template}”.") for message in messages}
    try:
        return dict(zip((message.pk for message in messages), composer(messages), strict=True))
    except Exception as error:
        if len(messages) == 1:
            if not isinstance(error, Unsendable):
                log.exception("message could not be composed", message=messages[0].pk)
            return {messages[0].pk: error}
    return {pk: outcome for message in messages for pk, outcome in _compose_template(template, [message]).items()}
