from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register

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


@register(Tags.security, deploy=True)
def mailbox_is_read_over_tls(**_kwargs: Any) -> list[CheckMessage]:
    """Warn of a bounce mailbox whose password travels in the clear."""
    where = urlsplit(settings.BOUNCE_IMAP_URL)
    if where.scheme != "imap" or where.hostname in {"localhost", "127.0.0.1", "::1"}:
        return []
    said = "BOUNCE_IMAP_URL sends the password of the mailbox unencrypted."
    return [checks.Warning(said, hint="Use imaps:// or, for STARTTLS, imap+tls://.", id="delivery.W001")]
