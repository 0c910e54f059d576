from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts import clock, securitylog
from accounts.models import ClientKey, IdempotentRequest
from accounts.securitylog import Kind

# How long the answer to a request with an Idempotency-Key can be had again.
ANSWERS_ARE_KEPT = timedelta(days=7)


@transaction.atomic
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
    securitylog.note(Kind.KEY_ISSUED, subject=str(key), source=source, scopes=scopes)
    return key, secret


@transaction.atomic
def change_client_key(key: ClientKey, fields: Sequence[str]) -> None:
    """Save the changed `fields` of a key."""
    key.save(update_fields=fields)
    details: dict[str, Any] = {name: str(getattr(key, name)) for name in fields}
    securitylog.note(Kind.KEY_CHANGED, subject=str(key), **details)


@transaction.atomic
def revoke_client_key(key: ClientKey) -> bool:
    """Refuse the key from now on; return False when that was already so."""
    if key.revoked_at is not None:
        return False
    key.revoked_at = clock.now()
    key.save(update_fields=["revoked_at"])
    securitylog.note(Kind.KEY_REVOKED, subject=str(key))
    return True


def forget_old_answers(*, now: datetime | None = None) -> int:
    """Drop the answers of all keys, used or not, that need not be repeated any more; return how many those were."""
    old = IdempotentRequest.objects.filter(created_at__lt=(now or clock.now()) - ANSWERS_ARE_KEPT)
    return old.delete()[0]
