"""Secrets that Plumb must read again, such as those of other systems: encrypted wherever they are stored.

ENCRYPTION_KEY seals; ENCRYPTION_KEY_FALLBACKS still open what was sealed before it. Whoever steals the database
alone reads nothing.
"""

import base64
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute


def seal(text: str) -> str:
    """Return `text` encrypted and signed (Fernet), different at each call; "" stays ""."""
    return _locks().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """Return what `seal` was given; raise SecretUnreadable where none of the keys opens it."""
    return _opened(lambda: _locks().decrypt(sealed)) if sealed else ""


def reseal(sealed: str) -> str:
    """Return `sealed` under the present key, with its old moment of sealing; raise SecretUnreadable like `unseal`."""
    return _opened(lambda: _locks().rotate(sealed)) if sealed else ""


def fingerprints(text: str) -> tuple[bytes, ...]:
    """Return the 32 bytes by which a sealed text may be known again, under each key; the present key's come first.

    They tell whether two secrets are the same; without the keys nobody can try out short ones against them.
    """
    keys = (settings.ENCRYPTION_KEY, *settings.ENCRYPTION_KEY_FALLBACKS)
    return tuple(hmac.digest(key.encode(), f"fingerprint:{text}".encode(), "sha256") for key in keys)


class SecretUnreadable(Exception):
    """No key in ENCRYPTION_KEY and ENCRYPTION_KEY_FALLBACKS opens this secret."""


class Sealed(str):
    """The encrypted text as the database holds it."""

    __slots__ = ()


class SecretAttribute(DeferredAttribute):
    """Open a secret when it is asked for, so that an unreadable one breaks no list in which its row stands."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        return unseal(value) if isinstance(value, Sealed) else value

    def __set__(self, instance: Any, value: Any) -> None:
        # Only what can be set comes before the instance's own attributes.
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField[str, str]):
    """A text that is stored encrypted. It cannot be searched for; a row read and saved again keeps its cipher text."""

    descriptor_class = SecretAttribute

    def from_db_value(self, value: str | None, *_details: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return model_instance.__dict__.get(self.attname)

    def get_prep_value(self, value: Any) -> str | None:
        return value if value is None or isinstance(value, Sealed) else seal(str(value))

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


def _opened(act: Any) -> str:
    try:
        return str(act().decode())
    except InvalidToken as error:
        raise SecretUnreadable("None of the encryption keys opens this secret.") from error


def _locks() -> MultiFernet:
    return _made((settings.ENCRYPTION_KEY, *settings.ENCRYPTION_KEY_FALLBACKS))


@lru_cache(maxsize=8)
def _made(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(hmac.digest(key.encode(), b"seal", "sha256"))) for key in keys])
