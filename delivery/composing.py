"""Who writes which letter: templates are registered by the apps above, so that delivery knows nothing of surveys."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

import structlog
from django.core.mail import EmailMultiAlternatives

from delivery import mime
from delivery.models import Message

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Letter:
    """One e-mail, ready to be handed over.

    `sender` and `recipient` are the addresses of the envelope in ASCII (addresses.mailbox), `from_` and `to` the header
    values, `headers` further ones in order. `raw` holds the bytes when a skeleton has made them already.
    """

    sender: str
    recipient: str
    from_: str
    to: str
    subject: str
    message_id: str
    date: str
    language: str
    text: str
    html: str = ""
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None

    def as_bytes(self) -> bytes:
        """Return the message for SMTP: CRLF line ends, short lines, nothing but ASCII."""
        return self.raw or mime.build(
            headers={
                "To": self.to,
                "Subject": mime.one_line(self.subject),
                "Message-ID": self.message_id,
                "Date": self.date,
                "From": self.from_,
                **({"Reply-To": self.reply_to} if self.reply_to else {}),
                **self.headers,
            },
            text=self.text,
            html=self.html,
            language=self.language,
        )

    def as_email(self) -> EmailMultiAlternatives:
        """Return the message for any Django backend; tracking pixels and rewritten links are refused."""
        email = EmailMultiAlternatives(
            self.subject,
            self.text,
            self.from_,
            [self.to],
            reply_to=[self.reply_to] if self.reply_to else None,
            headers={"Message-ID": self.message_id, "Date": self.date, **self.headers},
        )
        if self.html:
            email.attach_alternative(self.html, "text/html")
        # Understood by Anymail's backends: no rewritten links, and our own reference in the news of this message.
        email.track_clicks = email.track_opens = False  # type: ignore[attr-defined]
        email.metadata = {"message_id": self.message_id}  # type: ignore[attr-defined]
        return email


class Unsendable(Exception):
    """This message must not or cannot go out, for the reason given; it is final.

    `called_off` says that nothing went wrong: the reason to send it is gone. `bad_address` says that no message will
    ever reach this address.
    """

    def __init__(self, reason: str, *, called_off: bool = False, bad_address: bool = False) -> None:
        super().__init__(reason)
        self.called_off = called_off
        self.bad_address = bad_address


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
            log.exception("message could not be composed", message=messages[0].pk)
            return {messages[0].pk: error}
    return {pk: outcome for message in messages for pk, outcome in _compose_template(template, [message]).items()}
