from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from delivery import media


@register
def lease_outlasts_a_slow_message(**_kwargs: Any) -> list[CheckMessage]:
    """Refuse a lease that ends while its worker may still be waiting for the other side."""
    return [
        Error(
            f"SENDING_LEASE_SECONDS must be at least {transport.patience:g}: "
            f"so long may one message by {transport.medium.label} take.",
            hint="Messages would be sent again while they are being sent. A shorter timeout of the medium helps too.",
            id="delivery.E001",
        )
        for transport in media.in_use()
        if transport.patience > settings.SENDING_LEASE_SECONDS
    ]
