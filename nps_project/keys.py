"""The keys of an installation, refused where a machine could guess them."""

from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured

# 32 random bytes take 43 characters in base64 and 64 in hexadecimal, where about 14 of the 16 digits turn up.
SHORTEST = 43
FEWEST_DIFFERENT = 10
COMMAND = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"


def strong(name: str, key: str) -> str:
    """Return `key`, the value of the setting `name`; raise ImproperlyConfigured for one that can be guessed."""
    if not key:
        raise ImproperlyConfigured(f"{name} is empty. Make one with: {COMMAND}")
    if len(key) < SHORTEST or len(set(key)) < FEWEST_DIFFERENT:
        raise ImproperlyConfigured(f"{name} is weaker than 32 random bytes. Make a better one with: {COMMAND}")
    return key


def former(name: str, keys: Sequence[str], *others: str) -> list[str]:
    """Return the strong `keys` of the setting `name` and whatever `others` may have been in use, each once."""
    return list(dict.fromkeys([*(strong(name, key) for key in keys), *others]))
