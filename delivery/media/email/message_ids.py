"""The Message-ID of a message: made from its idempotency key, so that a repeat is recognised as the same message."""

from django.conf import settings

from delivery.models import Message


def message_id(message: Message) -> str:
    return f"<{message.idempotency_key}@{settings.MESSAGE_ID_DOMAIN}>"


def key_in(message_id: str) -> str:
    """Return the idempotency key in a Message-ID of ours; "" for anybody else's."""
    key, _at, domain = message_id.strip().strip("<>").rpartition("@")
    return key if domain == settings.MESSAGE_ID_DOMAIN else ""
