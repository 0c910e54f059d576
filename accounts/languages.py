"""The languages Plumb speaks with customers and staff."""

from django.conf import settings
from django.utils import translation


def supported(code: str | None, default: str = settings.LANGUAGE_CODE) -> str:
    """Return the supported language for `code` (`uk`, `uk-UA`, `lt_LT`…), else `default`."""
    if not code:
        return default
    try:
        return translation.get_supported_language_variant(code.replace("_", "-").lower())
    except LookupError:
        return default
