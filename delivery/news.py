"""What the other side tells of a message after it was handed over."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class News:
    """Of one message: that it was delivered, or will not be, or that its recipient wants no more.

    The message is known by its provider's ID or by our idempotency key; `message`: or by our primary key among those of
    a `medium`, which stands only where that message is known by no other ID. `recipients`: the news is about one of
    these addresses, in lower case; empty when its origin is trusted.
    """

    provider_id: str
    key: str
    at: datetime
    message: int | None = None
    medium: str = ""
    delivered: bool = False
    undeliverable: str = ""
    bounce: str = ""
    objection: str = ""
    recipients: frozenset[str] = frozenset()

    @property
    def is_arrival(self) -> bool:
        """Whether it says of a message that both sides know by its number that it arrived, and no more than that."""
        named = self.message is not None and bool(self.provider_id)
        return named and self.delivered and not (self.undeliverable or self.objection or self.recipients)
