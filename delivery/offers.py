"""Which messages of a batch are noted as about to be handed over, where none may go twice.

Each note waits for the disk, so several messages are noted together: more of them while they go quickly, fewer while
they do not. Only a crash of PostgreSQL leaves all of them in doubt.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from delivery import outbox
from delivery.composers import Composed, Unsendable
from delivery.models import Message

MOST = 50
# For about so many seconds messages are noted ahead.
AHEAD = 1.0


class Offers:
    """Those of one worker, batch after batch; `cost_of`: what handing a parcel over costs."""

    def __init__(self, cost_of: Callable[[object], Decimal]) -> None:
        self._cost_of = cost_of
        self._left: list[Message] = []
        self._parcels: Mapping[int, Composed | Exception] = {}
        self._noted: set[int] = set()
        self._at_once, self._noted_at = 1, 0.0

    def turn_to(self, messages: Sequence[Message], parcels: Mapping[int, Composed | Exception]) -> None:
        """Go on with the messages of the next batch, in their order."""
        self._left = [message for message in messages if not isinstance(parcels[message.pk], (Unsendable, Exception))]
        self._parcels, self._noted = parcels, set()

    def take(self, message: Message, *, now: datetime) -> bool:
        """Note that this message is handed over now; return False when the claim is over."""
        if message.pk in self._noted and outbox.begin(message):
            return True
        self._note_from(message, now)
        return message.pk in self._noted and outbox.begin(message)

    def _note_from(self, message: Message, now: datetime) -> None:
        """Note this message and some of those that follow it; one that was noted and is known of no more as well."""
        self._left = self._left[self._left.index(message) :]
        moment = time.monotonic()
        is_quick = moment - self._noted_at < AHEAD
        self._at_once = min(self._at_once * 2, MOST) if is_quick else max(self._at_once // 2, 1)
        self._noted = outbox.offer(list(self._priced(message)), now=now)
        self._noted_at = time.monotonic()

    def _priced(self, first: Message) -> Iterator[tuple[Message, Decimal]]:
        """Give messages with their costs, up to one whose cost cannot be told: that is its own misfortune."""
        for message in self._left[: self._at_once]:
            try:
                cost = self._cost_of(self._parcels[message.pk])
            except Exception:
                if message is first:
                    raise
                return
            yield message, cost
