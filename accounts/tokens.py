"""Secrets that customers and other systems hold: made here, stored only as hashes."""

import base64
import hashlib
import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing

# The bytes of a token: of most links, and where every character is paid for (22 characters, 128 bits: whoever guesses
# a thousand times a second among a thousand million links finds the first one after some 10¹⁹ years).
LONG, SHORT = 24, 16
# Small letters and digits that nobody mistakes for each other: codes are typed from paper. Twelve of them are 59 bits:
# who guesses a thousand times a second among a thousand links finds the first after some 20 000 years.
CODE_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
CODE_LENGTH = 12


def derive(purpose: str, subject: int, *, size: int = LONG) -> str:
    """Return the URL-safe token of `subject` for `purpose`, of `size` bytes: LONG or SHORT.

    Made by HMAC-SHA256 from TOKEN_KEY, so the same row always yields the same link, a repeated message is identical,
    and nothing but the hash of the token needs to be kept.
    """
    return _made(settings.TOKEN_KEY, purpose, subject, size)


def derive_again(purpose: str, subject: int, given: bytes) -> str:
    """Return the token that was given out before, known by the digest `given`, whichever key made it then.

    TOKEN_KEY_FALLBACKS are tried after TOKEN_KEY; raises KeyLost where none of them made it, since a link by another
    token would lead nowhere.
    """
    for key in (settings.TOKEN_KEY, *settings.TOKEN_KEY_FALLBACKS):
        for size in (LONG, SHORT):
            token = _made(key, purpose, subject, size)
            if digest(token) == given:
                return token
    raise KeyLost("The key that made this link is neither TOKEN_KEY nor in TOKEN_KEY_FALLBACKS; put it there.")


def is_derived(token: str, purpose: str, subject: int) -> bool:
    """Say whether `derive` made this token, by TOKEN_KEY or by one of TOKEN_KEY_FALLBACKS."""
    keys = (settings.TOKEN_KEY, *settings.TOKEN_KEY_FALLBACKS)
    # As bytes: texts of anything but ASCII cannot be compared in constant time, and whoever guesses writes anything.
    given = token.encode(errors="replace")
    return any(hmac.compare_digest(_made(key, purpose, subject, LONG).encode(), given) for key in keys)


class KeyLost(Exception):
    """A token that was given out cannot be made again."""


def _made(key: str, purpose: str, subject: int, size: int) -> str:
    mac = hmac.digest(key.encode(), f"{purpose}:{subject}".encode(), "sha256")
    return base64.urlsafe_b64encode(mac[:size]).decode().rstrip("=")


def stamp(purpose: str, subject: int) -> str:
    """Return a URL-safe token of `subject` for `purpose`, signed with SECRET_KEY, that ends some time after now."""
    return signing.dumps(subject, salt=purpose)


def stamped(purpose: str, token: str, *, within: timedelta) -> int | None:
    """Return the subject of a token that `stamp` made for `purpose` not longer ago than `within`, else None."""
    try:
        return int(signing.loads(token, salt=purpose, max_age=within))
    except signing.BadSignature:
        return None


def draw() -> str:
    """Return a fresh random 256-bit URL-safe secret."""
    return secrets.token_urlsafe(32)


def draw_code() -> str:
    """Return a fresh code for an address that anybody may know and nobody shall guess."""
    return "".join(secrets.choice(CODE_ALPHABET) for _place in range(CODE_LENGTH))


def digest(token: str) -> bytes:
    """Return the 32-byte SHA-256 under which a token is stored and looked up."""
    return hashlib.sha256(token.encode()).digest()
