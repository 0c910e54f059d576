"""What the other side tells of a message after it was handed over."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class News:
    """Of one message: that it was delivered, or will not be, or that its recipient wants no more.

    The message is known by its provider's ID or by our idempotency key. `recipients`: the news is about one of these
    addresses, in lower case; empty when its origin is trusted.
    """

    provider_id: str
    key: str
    at: datetime
    delivered: bool = False
    undeliverable: str = ""
    bounce: str = ""
    objection: str = ""
    recipients: frozenset[str] = frozenset()
