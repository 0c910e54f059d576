"""What a gateway of text messages does, whoever runs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.http import HttpRequest

from delivery.media.carrier import PutOff
from delivery.media.sms.parcel import TextParcel


class OutOfOrder(PutOff):
    """No text goes this way before a person has set right what is said: the key, the sender, the balance, a template.

    The text itself was not taken and may go later.
    """


class NotProven(Exception):
    """Nothing proves that this came from the gateway."""


class Unreadable(Exception):
    """This is nothing that the gateway sends."""


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What became of one text. `message`: the key of ours, as our own address told the gateway, which may be wrong.

    `undeliverable`: why it will not arrive; `bounce`: what that means for the number; `objection`: the recipient wants
    no more. `at`: as the gateway says it, which may be ahead of us. `by_viber`: that was enough, and no text was sent.
    """

    provider_id: str
    delivered: bool = False
    undeliverable: str = ""
    bounce: str = ""
    objection: str = ""
    message: int | None = None
    at: datetime | None = None
    by_viber: bool = False


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A text that somebody wrote, as it came. `from_number`: E.164 with +; `opt_out`: the gateway took it as a no."""

    provider_id: str
    from_number: str
    to_number: str
    text: str
    at: datetime | None = None
    opt_out: bool = False


class Gateway(Protocol):
    """Speaks one provider's language. Nothing is asked twice by itself: a second text is paid for again."""

    @property
    def polls(self) -> bool:
        """Whether receipts are fetched; else they are pushed."""
        ...

    def send(self, parcel: TextParcel) -> str:
        """Hand a text over and return the provider's ID for it, or "". Raises PutOff, OutOfOrder, Refused, Unclear."""
        ...

    def receipts(self, provider_ids: Sequence[str]) -> list[Receipt]:
        """Return what became of some of up to 100 texts; the others are still under way. Raises PutOff, OutOfOrder."""
        ...

    def receipt_of(self, request: HttpRequest, url: str) -> Receipt | None:
        """Return what a pushed receipt says, or None when it settles nothing. Raises NotProven, Unreadable.

        `url`: our address as the gateway knows it, with the query.
        """
        ...

    def reply_of(self, request: HttpRequest, url: str) -> Reply | None:
        """Return what somebody wrote, or None when it is no text of a person. Raises NotProven, Unreadable."""
        ...
