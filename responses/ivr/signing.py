"""How a telephone system proves itself: signatures as Standard Webhooks has them (standardwebhooks.com, 1.0)."""

import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from responses.models import TelephoneDoor

PREFIX = "whsec_"
# A sending is of now, give or take so much.
WINDOW = timedelta(minutes=5)
LONGEST = 200
PRESSED_TWICE = timedelta(minutes=1)


class NotSigned(Exception):
    """What was sent is not from whoever holds the secret, or not from now."""


def draw(door: TelephoneDoor, *, now: datetime) -> str:
    """Give a door a new secret, unsaved, and return it, to be shown once; the one before is taken for OVERLAP.

    Drawn twice at once, by who pressed twice, it is the same: else the one that the system has would end.
    """
    drawn_at = door.earlier_until - TelephoneDoor.OVERLAP if door.earlier_until else None
    if drawn_at and drawn_at <= now < drawn_at + PRESSED_TWICE:
        return door.secret
    secret = PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    if door.secret:
        door.earlier_secret, door.earlier_until = door.secret, now + TelephoneDoor.OVERLAP
    door.secret = secret
    return secret


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a sending: `timestamp` in seconds since 1970."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, "sha256")
    return "v1," + base64.b64encode(digest).decode()


def check(door: TelephoneDoor, headers: Mapping[str, str], body: bytes, *, now: datetime) -> None:
    """Raises NotSigned."""
    message_id, typed = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "").split()
    if not message_id or len(message_id) > LONGEST or not (typed.isascii() and typed.isdigit() and len(typed) < 12):
        raise NotSigned
    if abs(now.timestamp() - int(typed)) > WINDOW.total_seconds():
        raise NotSigned
    known = [door.secret]
    if door.earlier_secret and door.earlier_until and now < door.earlier_until:
        known.append(door.earlier_secret)
    try:
        expected = [sign(secret, message_id, int(typed), body).encode() for secret in known if secret]
        told = [each.encode("ascii") for each in given]
    except (binascii.Error, UnicodeEncodeError) as error:
        raise NotSigned from error
    if not any(hmac.compare_digest(one, other) for one in expected for other in told):
        raise NotSigned
