from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatsAppParcel:
    """A message on its way. `number` and `message`: primary keys; `to`: E.164 with +; `claim`: of the message.

    `content`: its type and what that type holds, as Meta wants it; `template`: the key of the row that it is made with,
    or None; `cost`: in the company's currency. `is_trial`: it goes now or never.
    """

    number: int
    to: str
    content: Mapping[str, Any]
    message: int
    claim: int
    cost: Decimal = Decimal(0)
    template: int | None = None
    is_trial: bool = False

    @property
    def account(self) -> int:
        return self.number

    @property
    def reference(self) -> str:
        """What comes back with every news of the message: which of ours it is, and which try."""
        return f"{self.message}.{self.claim}"
