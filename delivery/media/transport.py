"""What delivery must know of a medium to carry messages by it."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar, NamedTuple

from django.conf import settings

from accounts.media import AddressKind, Medium
from accounts.models import User
from delivery.composers import Parcel, Unsendable
from delivery.media import web
from delivery.media.carrier import Carrier
from delivery.media.notice import Notice
from delivery.models import Message


class Recovery(Enum):
    """What becomes of a message of which nobody knows whether it was handed over: its worker was killed just then."""

    # It goes again; the other side knows it by its ID, or one too many does no harm.
    AGAIN = "again"
    # It is `unknown` until a person says whether it was sent or shall go again: a second one costs money or trust.
    ASK = "ask"


class Recipient(NamedTuple):
    """Where a message goes by one medium: the address, the name that is shown for it, and the kinds of notices that
    are not wanted there."""

    address: str
    name: str
    unwanted: frozenset[str] = frozenset()


class Transport(ABC):
    """One medium: how fast, over how many connections, what a crash means, what a message costs, who carries it.

    `per_second`: messages a second over all connections, 0 for no limit.
    """

    medium: ClassVar[Medium]
    recovery: ClassVar[Recovery]
    # How often handing one message over waits for the other side at worst.
    waits: ClassVar[int] = web.WAITS

    @property
    def address_kind(self) -> AddressKind:
        return self.medium.address_kind

    @property
    def seats(self) -> int:
        """How many connections may be open at once, over all workers."""
        connections: int = self._setting("CONNECTIONS")
        return connections

    @property
    def per_second(self) -> float:
        rate: float = self._setting("PER_SECOND")
        return rate

    @property
    def patience(self) -> float:
        """How many seconds handing one message over may take at worst."""
        wait: float = self._setting("TIMEOUT")
        return wait * self.waits

    def _setting(self, name: str) -> Any:
        """Return a setting of the medium: EMAIL_TIMEOUT, SMS_PER_SECOND, WHATSAPP_CONNECTIONS."""
        return getattr(settings, f"{self.medium.name}_{name}")

    @property
    def is_set_up(self) -> bool:
        """Whether everything is there that an administrator has to enter before anything can travel so."""
        return True

    def tells_arrival(self, brand_id: int | None) -> bool:
        """Whether somebody says so when a message of a brand arrives; where nobody does, silence means nothing."""
        return False

    @abstractmethod
    def open_carrier(self) -> Carrier:
        """Return a carrier; it connects when the first parcel is given to it. Close it after use."""

    def recipients_among_staff(self, person: User) -> list[Recipient]:
        """Return where a notice for a member of staff goes by this medium; nowhere by default."""
        return []

    def recipients_among_teams(self, teams: Collection[int]) -> Mapping[int, Recipient]:
        """Return where a notice for a whole team goes by this medium, by the key of the team; nowhere by default."""
        return {}

    def rendered(self, notice: Notice, message: Message) -> Parcel:
        """Return a notice as a parcel for the recipient of `message`. Raises Unsendable."""
        raise Unsendable(f"No notices go by {self.medium.label}.")

    def spellings(self, address: str) -> frozenset[str]:
        """Return the ways in which a provider may name an address, in lower case: a phone with its plus and without."""
        spelled = address.lower()
        return frozenset({spelled, spelled.removeprefix("+")} if self.address_kind is AddressKind.PHONE else {spelled})

    def price_of(self, brand_id: int | None) -> Decimal:
        """Return what the shortest message of a brand costs, in the company's currency."""
        return Decimal(0)

    def cost_of(self, parcel: Any) -> Decimal:
        """Return what handing this parcel over costs, in the company's currency."""
        return Decimal(0)

    def sender_domain(self, parcel: Any) -> str:
        """Return the domain whose reputation this parcel lives on, as it goes on the wire; "" where there is none."""
        return ""
