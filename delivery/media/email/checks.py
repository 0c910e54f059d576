from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register


@register(Tags.security, deploy=True)
def mailbox_is_read_over_tls(**_kwargs: Any) -> list[CheckMessage]:
    """Warn of a bounce mailbox whose password travels in the clear."""
    where = urlsplit(settings.BOUNCE_IMAP_URL)
    if where.scheme != "imap" or where.hostname in {"localhost", "127.0.0.1", "::1"}:
        return []
    said = "BOUNCE_IMAP_URL sends the password of the mailbox unencrypted."
    return [checks.Warning(said, hint="Use imaps:// or, for STARTTLS, imap+tls://.", id="delivery.W001")]
