from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class ViberText:
    """What goes to Viber first, for so many seconds. `button`: the words of one that leads to `link`; "" for none."""

    sender: str
    text: str
    seconds: int
    button: str = ""
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class TextParcel:
    """A text on its way. `gateway` and `message`: primary keys; `to`: E.164 with +; `parts`: what is paid for, and
    `cost` what they cost in the company's currency. `is_trial`: it goes now or never. `viber`: what is tried first."""

    gateway: int
    to: str
    text: str
    reference: str
    message: int
    parts: int
    cost: Decimal = Decimal(0)
    is_trial: bool = False
    viber: ViberText | None = None

    @property
    def account(self) -> int:
        return self.gateway
