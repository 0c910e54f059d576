"""The languages Plumb speaks with customers and staff, and the names of all others."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.customerlanguages import cldr
from accounts.plaintext import quoted

# Of a tag by BCP 47; so much is recommended to set aside for one.
LONGEST = 35

# Language, script, region, variants, extensions, private use: `pt-BR`, `zh-Hant-TW`, `sr-Latn-RS`, `de-CH-1996`.
TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(-(?P<script>[a-z]{4}))?(-(?P<region>[a-z]{2}|\d{3}))?"
    r"(?P<rest>(-([a-z\d]{5,8}|\d[a-z\d]{3}))*(-[a-wyz\d](-[a-z\d]{2,8})+)*(-x(-[a-z\d]{1,8})+)?)",
    re.ASCII,
)


def supported(code: str | None, default: str = settings.LANGUAGE_CODE) -> str:
    """Return the supported language for `code` (`uk`, `uk-UA`, `lt_LT`…), else `default`."""
    if not code:
        return default
    try:
        return translation.get_supported_language_variant(code.replace("_", "-").lower())
    except LookupError:
        return default


def tag(code: str) -> str:
    """Return the language that we speak for `code`, else its tag in the spelling of BCP 47 (`pt_br` → `pt-BR`).

    Raises ValueError, with a sentence for people, when it is not a tag.
    """
    code = code.strip()
    if ours := supported(code, default=""):
        return ours
    found = TAG.fullmatch(code.replace("_", "-").lower()) if len(code) <= LONGEST else None
    if found is None:
        raise ValueError(_("“%(value)s” is not a language. Use a tag such as lt or pt-BR.") % {"value": quoted(code)})
    parts = (found["language"], (found["script"] or "").title(), (found["region"] or "").upper())
    return "-".join(part for part in parts if part) + found["rest"]


def validate_tag(code: str) -> None:
    """Raise ValidationError unless `code` is a tag as `tag` spells it."""
    try:
        spelt = tag(code)
    except ValueError as error:
        raise ValidationError("%(why)s", params={"why": str(error)}) from None
    if spelt != code:
        raise ValidationError(_("Write it as %(tag)s."), params={"tag": spelt})


def name_of(code: str) -> str:
    """Return the name of a language in the active one, or the tag itself if it has no known name."""
    try:
        known = translation.get_language_info(code.lower())
    except KeyError:
        known = None
    # Django answers with the wider language where it does not know this one.
    if known and known["code"] == code.lower():
        return str(known["name_translated"])
    return cldr.name_in(code, translation.get_language() or "en")
