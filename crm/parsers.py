"""Read what other systems write: one pure function per kind of value, ValueError with a sentence for people."""

import re
import unicodedata
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from accounts import addresses, languages, timezones
from accounts.plaintext import quoted, readable
from crm import referral_codes
from crm.models import Company
from crm.models.touchpoint import KIND

LONGEST_STAGE = 30
YES, NO = ("1", "true", "yes", "y"), ("0", "false", "no", "n")


def text(value: str, max_length: int) -> str:
    """Return `value` without outer white space."""
    value = readable(value)
    if len(value) > max_length:
        raise ValueError(_("Use at most %(limit)d characters.") % {"limit": max_length})
    return value


def identifier(value: str, max_length: int) -> str:
    """Return the name that another system gave a record, as it is: two that differ must not become one."""
    kept = text(value, max_length)
    is_seen = kept.isascii() or not any(unicodedata.category(letter) == "Cf" for letter in kept)
    if not is_seen or kept != unicodedata.normalize("NFC", value.strip()):
        raise ValueError(_("Use an ID without line breaks and characters that cannot be seen."))
    return kept


def email(value: str) -> str:
    """Return a mailbox in the spelling in which it is kept; an empty one stays empty."""
    return addresses.email(value)


def phone(value: str, region: str = "") -> str:
    """Return the number in E.164, such as +37060000000; `region` (ISO 3166) explains one without a country code."""
    return addresses.phone(value, region)


def language(value: str) -> str:
    """Return the tag of a language, in the spelling of BCP 47; that of a variant that we speak without it."""
    return languages.tag(value) if value.strip() else ""


def web_address(value: str, max_length: int) -> str:
    """Return an address of a page, such as https://crm.example/deals/7; no other scheme, since people click on it."""
    address = text(value, max_length)
    try:
        parts = urlsplit(address)
        is_page = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s\\<>\"]", address)
    except ValueError:
        is_page = False
    if address and not is_page:
        raise ValueError(_("“%(value)s” is not the address of a page: use https://….") % {"value": quoted(value)})
    return address


def own_language(value: str) -> str:
    """Return one of the languages in which Plumb can be used (`uk`, `uk-UA`, `lt_LT`…); an empty one stays empty."""
    if not value.strip():
        return ""
    code = languages.supported(value.strip(), default="")
    if not code:
        known = ", ".join(code for code, _name in settings.LANGUAGES)
        said = _("“%(value)s” is not supported. Use one of: %(known)s.")
        raise ValueError(said % {"value": quoted(value), "known": known})
    return code


def timezone(value: str) -> str:
    """Return the IANA time-zone name; an empty one stays empty."""
    value = value.strip()
    if value and value not in timezones.known():
        raise ValueError(_("“%(name)s” is not a time zone. Use an IANA name such as Europe/Vilnius.") % {"name": value})
    return value


def currency(value: str) -> str:
    """Return the currency as three capital letters (the shape of ISO 4217); an empty one stays empty."""
    value = value.strip().upper()
    if value and not re.fullmatch(r"[A-Z]{3}", value):
        raise ValueError(_("“%(value)s” is not a currency. Use a code such as EUR.") % {"value": value})
    return value


def yes_or_no(value: str) -> bool:
    word = value.strip().lower()
    if word not in YES + NO:
        raise ValueError(_("“%(value)s” is neither yes nor no.") % {"value": quoted(value)})
    return word in YES


def size_band(value: str) -> str:
    """Return the size band of a number of employees, or the band as it is written."""
    word = value.strip()
    if word in Company.SizeBand.values:
        return word
    digits = re.sub("[ ,\u00a0\u2009\u202f]", "", word)
    if not re.fullmatch(r"[0-9]{1,9}", digits):
        raise ValueError(_("“%(value)s” is not a number of people.") % {"value": quoted(word)})
    return Company.size_band_of(int(digits))


def touchpoint_kind(value: str) -> str:
    """Return the kind of a touchpoint: small Latin letters, digits and “_”, at most 30."""
    word = value.strip().lower().replace(" ", "_").replace("-", "_")
    if not re.fullmatch(KIND.regex, word):
        raise ValueError(_("“%(value)s” is not a kind. Use a word such as order_delivered.") % {"value": quoted(value)})
    return word


def lifecycle(value: str) -> str:
    """Return the stage of a customer as a code: small letters of any script, digits and “_”, at most 30.

    “At risk”, “at-risk” and “AT_RISK” are one. An empty one stays empty; what has no letter or digit is refused.
    """
    word = re.sub(r"[\W_]+", "_", text(value, LONGEST_STAGE).casefold()).strip("_")
    if value.strip() and not word:
        raise ValueError(_("“%(value)s” is not a stage. Use a word such as active.") % {"value": quoted(value)})
    if len(word) > LONGEST_STAGE:
        raise ValueError(_("Use at most %(limit)d characters.") % {"limit": LONGEST_STAGE})
    return word


def referral_code(value: str) -> str:
    """Return a code of recommendation in its one form: capitals and digits, without what parts them, at most 40."""
    code = referral_codes.canonical(text(value, 2 * referral_codes.LONGEST))
    if len(code) > referral_codes.LONGEST:
        raise ValueError(_("Use at most %(limit)d characters.") % {"limit": referral_codes.LONGEST})
    return code


def year(value: str | float) -> int:
    """Return a year between 1900 and 2200."""
    text = str(value).strip()
    if not re.fullmatch(r"[0-9]{4}", text) or not 1900 <= int(text) <= 2200:
        raise ValueError(_("“%(value)s” is not a year such as 1980.") % {"value": quoted(text)})
    return int(text)
