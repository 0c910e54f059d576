"""Read what other systems write: one pure function per kind of value, ValueError with a sentence for people."""

import re
from datetime import UTC, date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.conf import settings
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from accounts import addresses, languages, timezones

# Moments outside these years are mistakes, and some of them no calendar can convert.
FIRST_YEAR, LAST_YEAR = 1900, 2200
LARGEST_AMOUNT = Decimal("999999999999.99")


def text(value: str, max_length: int) -> str:
    """Return `value` without outer white space."""
    value = value.strip()
    if "\x00" in value:
        raise ValueError(_("Remove the null character."))
    if len(value) > max_length:
        raise ValueError(_("Use at most %(limit)d characters.") % {"limit": max_length})
    return value


def email(value: str) -> str:
    """Return a mailbox in the spelling in which it is kept; an empty one stays empty."""
    return addresses.email(value)


def phone(value: str, region: str = "") -> str:
    """Return the number in E.164, such as +37060000000; `region` (ISO 3166) explains one without a country code."""
    return addresses.phone(value, region)


def language(value: str) -> str:
    """Return the supported language for `value` (`uk`, `uk-UA`, `lt_LT`…); an empty one stays empty."""
    if not value.strip():
        return ""
    code = languages.supported(value.strip(), default="")
    if not code:
        known = ", ".join(code for code, _name in settings.LANGUAGES)
        raise ValueError(_("“%(value)s” is not supported. Use one of: %(known)s.") % {"value": value, "known": known})
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


def amount(value: str | float | Decimal) -> Decimal:
    """Return an amount of money rounded to cents, 0 or more."""
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError(_("“%(value)s” is not an amount. Use a number such as 1250.00.") % {"value": value})
    if not 0 <= number <= LARGEST_AMOUNT:
        raise ValueError(_("Use an amount between 0 and %(limit)s.") % {"limit": LARGEST_AMOUNT})
    return number.quantize(Decimal("0.01"), ROUND_HALF_UP)


def moment(value: str, zone: tzinfo | None = None) -> datetime:
    """Return a moment in UTC; one written without an offset is read in `zone`, or refused without it."""
    try:
        parsed = parse_datetime(value.strip())
    except ValueError:
        parsed = None
    if parsed is None:
        raise ValueError(
            _("“%(value)s” is not a date and time. Use a form such as 2026-05-04T16:30:00+03:00.") % {"value": value}
        )
    if parsed.tzinfo is None:
        if zone is None:
            raise ValueError(_("Add the offset from UTC, as in 2026-05-04T16:30:00+03:00."))
        parsed = parsed.replace(tzinfo=zone)
    _year_is_likely(parsed)
    return parsed.astimezone(UTC)  # PostgreSQL refuses offsets that Python reads, such as -20:36


def day(value: str) -> date:
    """Return a date written as 2026-05-04."""
    try:
        parsed = parse_date(value.strip())
    except ValueError:
        parsed = None
    if parsed is None:
        raise ValueError(_("“%(value)s” is not a date. Use a form such as 2026-05-04.") % {"value": value})
    _year_is_likely(parsed)
    return parsed


def _year_is_likely(value: date) -> None:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(_("Use a year between %(first)d and %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR})
