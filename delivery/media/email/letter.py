from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.mime.image import MIMEImage
from email.utils import format_datetime, parseaddr
from typing import Literal

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from accounts import clock
from delivery.media.email import mime
from delivery.media.email.addresses import mailbox
from delivery.media.email.message_ids import message_id
from delivery.media.email.mime import AttachedFile, InlineImage
from delivery.models import Message

# What a Django backend writes itself.
OF_THE_BACKEND = frozenset(
    {"subject", "from", "to", "reply-to", "mime-version", "content-type", "content-transfer-encoding"}
)


def plain(
    message: Message, *, subject: str, text: str, from_name: str = "", headers: Mapping[str, str] | None = None
) -> "Letter":
    """Return a letter of plain text to the recipient of `message`. Raises Unsendable.

    It comes from DEFAULT_FROM_EMAIL, shown as `from_name` when there is one; `headers` are added.
    """
    return of_ours(message, subject=subject, text=text, from_name=from_name, headers=headers)


def of_ours(
    message: Message,
    *,
    subject: str,
    text: str,
    html: str = "",
    images: Sequence[InlineImage] = (),
    from_name: str = "",
    headers: Mapping[str, str] | None = None,
) -> "Letter":
    """Return a letter as `plain` does, with HTML beside its text, and the images that this shows."""
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    whole = {
        "From": mime.address(from_name, sender) if from_name else settings.DEFAULT_FROM_EMAIL,
        "Subject": mime.one_line(subject),
        "Message-ID": message_id(message),
        "Date": format_datetime(clock.now()),
        **(headers or {}),
    }
    return Letter.write(
        sender=sender,
        to=message.to_address,
        to_name=message.to_name,
        headers=whole,
        text=text,
        html=html,
        images=images,
        language=message.language,
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
        images: Sequence[InlineImage] = (),
        language: str,
    ) -> "Letter":
        """Return a letter made from scratch; To is written here, `headers` are all others; `html` shows the images.

        Raises Unsendable when no mail server would take the address.
        """
        recipient = mailbox(to)
        whole = {"To": mime.address(to_name, recipient), **headers}
        raw = mime.build(headers=whole, text=text, html=html, images=images, language=language)
        return cls(sender=sender, recipient=recipient, raw=raw)

    def with_files(self, files: Callable[[], Sequence[AttachedFile]]) -> "LetterWithFiles":
        """Return this letter with files, which are read each time it is handed over."""
        return LetterWithFiles(self.sender, self.recipient, self.raw, files)

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

    @property
    def images(self) -> list[InlineImage]:
        pngs = [part for part in self.message.walk() if part.get_content_type() == "image/png"]
        return [InlineImage(str(part["Content-ID"]).strip("<>"), part.get_content()) for part in pngs]

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
        for name, png in self.images:
            image = MIMEImage(png, "png")
            image["Content-ID"] = f"<{name}>"
            image.add_header("Content-Disposition", "inline", filename=f"{name}.png")
            email.attach(image)
        # Understood by Anymail's backends: no rewritten links, and our own reference in the news of this message.
        email.track_clicks = email.track_opens = False  # type: ignore[attr-defined]
        email.metadata = {"message_id": headers["Message-ID"]}  # type: ignore[attr-defined]
        return email


@dataclass(frozen=True)
class LetterWithFiles(Letter):
    """A letter whose files are read when it is handed over, so that a batch of them holds no files in memory."""

    files: Callable[[], Sequence[AttachedFile]]

    def as_bytes(self) -> bytes:
        return mime.with_files(self.raw, self.files())

    def as_email(self) -> EmailMultiAlternatives:
        email = super().as_email()
        for file in self.files():
            email.attach(file.name, file.content, file.type)
        return email
