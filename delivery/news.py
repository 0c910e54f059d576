"""What the other side tells of a message after it was handed over."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class News:
    """Of one message: that it was delivered, or will not be, or that its recipient wants no more.

    The message is known by its provider's ID or by our idempotency key; `message`: or by our primary key among those of
    a `medium`, which stands only where that message is known by no other ID. `recipients`: the news is about one of
    these addresses, in lower case; empty when its origin is trusted. `arrived_by`: what carried it in the end,
    where that was open; `cost`: what it cost after all, in the company's currency.
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
    arrived_by: str = ""
    cost: Decimal | None = None

    @property
    def is_arrival(self) -> bool:
        """Whether it says of a message that both sides know by its number that it arrived, and no more than that."""
        is_named = self.message is not None and bool(self.provider_id)
        says_more = self.undeliverable or self.objection or self.recipients or self.arrived_by or self.cost is not None
        return is_named and self.delivered and not says_more
