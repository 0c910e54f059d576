from typing import Any, Protocol


class Carrier(Protocol):
    """Hands parcels over, one after the other, over one connection where the medium has such a thing."""

    def send(self, parcel: Any) -> str:
        """Hand over what the medium's composer made and return the provider's ID for it, or "".

        Raises PutOff, ConnectionLost, Refused.
        """
        ...

    def close(self) -> None: ...


class PutOff(Exception):
    """Not now: this message may be tried again later."""


class ConnectionLost(PutOff):
    """The other side is not there: nothing more can be handed over now."""


class Refused(Exception):
    """Never: this message is not taken. `bad_address` says that the address itself does not exist."""

    def __init__(self, reason: str, *, bad_address: bool = False) -> None:
        super().__init__(reason)
        self.bad_address = bad_address
