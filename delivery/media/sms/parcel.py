from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TextParcel:
    """A text on its way. `gateway` and `message`: primary keys; `to`: E.164 with +; `parts`: what is paid for."""

    gateway: int
    to: str
    text: str
    reference: str
    message: int
    parts: int
