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


# Before it stand the words of REPLY_ADDRESS and a plus sign; RFC 5321 allows 64 characters.
LONGEST_LOCAL = 64 - 1 - 48


@register()
def replies_can_arrive(**_kwargs: Any) -> list[CheckMessage]:
    """Refuse an address that no token fits into, and warn of one that nobody reads."""
    local, _at, domain = settings.REPLY_ADDRESS.rpartition("@")
    if not settings.REPLY_ADDRESS:
        return []
    if not local or not domain or "+" in local or len(local) > LONGEST_LOCAL:
        said = (
            f"REPLY_ADDRESS must be an address of at most {LONGEST_LOCAL} characters before the @, without a plus sign."
        )
        return [checks.Error(said, hint="Such as reply@replies.example.", id="delivery.E002")]
    if not (settings.BOUNCE_IMAP_URL or settings.BOUNCE_DROP_DIR or "WEBHOOK_SECRET" in settings.ANYMAIL):
        said = "REPLY_ADDRESS is set, but nothing says where customers' answers are read."
        return [checks.Warning(said, hint="Set BOUNCE_IMAP_URL, BOUNCE_DROP_DIR or a webhook.", id="delivery.W002")]
    return []
