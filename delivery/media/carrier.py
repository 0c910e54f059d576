from datetime import timedelta
from typing import Any, Protocol


class Carrier(Protocol):
    """Hands parcels over, one after the other, over one connection where the medium has such a thing."""

    def send(self, parcel: Any) -> str:
        """Hand over what the medium's composer made and return the provider's ID for it, or "".

        Raises PutOff, ConnectionLost, Refused, Unclear.
        """
        ...

    def close(self) -> None: ...


class PutOff(Exception):
    """Not now: this message may be tried again later.

    `bounce` says what that means for its address, if anything; `after` is how long the other side wants to be left
    alone, when it says so.
    """

    def __init__(self, reason: str, *, bounce: str = "", after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.bounce, self.after = bounce, after


class ConnectionLost(PutOff):
    """The other side is not there: nothing more can be handed over now."""


class Refused(Exception):
    """Never: this message is not taken.

    `bounce` says what that means for its address, if anything; `objection`, that the other side knows of a no of the
    recipient's.
    """

    def __init__(self, reason: str, *, bounce: str = "", objection: str = "") -> None:
        super().__init__(reason)
        self.bounce, self.objection = bounce, objection


class Unclear(Exception):
    """The other side may have taken it or not: nobody can tell."""
