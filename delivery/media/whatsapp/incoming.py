"""What customers write to our numbers; see `keep`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from delivery.models import WhatsAppNumber


def keep(number: WhatsAppNumber, messages: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """Write down what was told of customers, each once. `messages`: as Meta tells them, of one number."""
