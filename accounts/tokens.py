"""Secrets that customers and other systems hold: made here, stored only as hashes."""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings


def derive(purpose: str, subject: int) -> str:
    """Return the 192-bit URL-safe token of `subject` for `purpose`.

    Made by HMAC-SHA256 from TOKEN_KEY, so the same row always yields the same link, a repeated message is identical,
    and nothing but the hash of the token needs to be kept.
    """
    mac = hmac.digest(settings.TOKEN_KEY.encode(), f"{purpose}:{subject}".encode(), "sha256")
    return base64.urlsafe_b64encode(mac[:24]).decode()


def draw() -> str:
    """Return a fresh random 256-bit URL-safe secret."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """Return the 32-byte SHA-256 under which a token is stored and looked up."""
    return hashlib.sha256(token.encode()).digest()
