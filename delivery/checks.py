from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

# A letter takes several waits for the server at worst: connecting, greeting, envelope, content, and a lost connection.
WAITS = 8


@register
def lease_outlasts_a_slow_letter(**_kwargs: Any) -> list[CheckMessage]:
    """Refuse a lease that ends while its worker may still be waiting for the mail server."""
    least = WAITS * settings.EMAIL_TIMEOUT
    if least <= settings.SENDING_LEASE_SECONDS:
        return []
    said = f"SENDING_LEASE_SECONDS must be at least {WAITS} times EMAIL_TIMEOUT, here {least}."
    return [Error(said, hint="Messages would be sent again while they are being sent.", id="delivery.E001")]
