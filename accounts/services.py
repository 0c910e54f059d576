from datetime import datetime, timedelta

from accounts import clock
from accounts.models import ClientKey, IdempotentRequest

# How long the answer to a request with an Idempotency-Key can be had again.
ANSWERS_ARE_KEPT = timedelta(days=7)


def issue_client_key(
    *, name: str, source: str, scopes: list[str], expires_at: datetime | None = None
) -> tuple[ClientKey, str]:
    """Make a key for another system and return it with its secret, which cannot be read again.

    `source`: the name under which that system's records are kept; two keys of one source share them.
    """
    key = ClientKey(name=name, source=source, scopes=scopes, expires_at=expires_at)
    secret = key.draw_secret()
    key.full_clean()
    key.save()
    return key, secret


def revoke_client_key(key: ClientKey) -> bool:
    """Refuse the key from now on; return False when that was already so."""
    if key.revoked_at is not None:
        return False
    key.revoked_at = clock.now()
    key.save(update_fields=["revoked_at"])
    return True


def note_client_key_use(key: ClientKey, *, now: datetime) -> None:
    """Record that the key is in use, at most once a minute, and drop the answers that it need not repeat any more."""
    if key.last_used_at is not None and now - key.last_used_at <= key.LAST_USED_EVERY:
        return
    key.touch(now)
    IdempotentRequest.objects.filter(client=key, created_at__lt=now - ANSWERS_ARE_KEPT).delete()
