"""Read amounts of money as other systems and spreadsheets write them. Pure; ValueError has a sentence."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.utils.translation import gettext as _

from accounts.plaintext import quoted
from crm.records.notation import OF_PROGRAMS, Notation, Untold

LARGEST = Decimal("999999999999.99")

PLAIN = re.compile(r"-?(\d+(\.\d*)?|\.\d+)")
# Between thousands: spaces that break and those that do not, and the apostrophe of the Swiss.
SPACES = re.compile("[ \u00a0\u2007\u2009\u202f'’]")
# Digits in thousands or without, then perhaps a sign and decimals.
WITH_POINT = re.compile(r"(\d{1,3}(?:([ ,])\d{3})(?:\2\d{3})*|\d+)(?:\.(\d+))?")
WITH_COMMA = re.compile(r"(\d{1,3}(?:([ .])\d{3})(?:\2\d{3})*|\d+)(?:,(\d+))?")
# 1,250 and 1.250: a quarter more than one, or more than a thousand.
EITHER = re.compile(r"\d{1,3}[.,]\d{3}")
# Words for money beside an amount, in capitals.
CURRENCIES = {
    "EUR", "USD", "GBP", "CHF", "UAH", "RUB", "PLN", "CZK", "HUF", "RON", "BGN", "SEK", "NOK", "DKK", "ISK", "TRY",
    "RSD", "ALL", "MDL", "GEL", "AMD", "KZT", "BYN", "JPY", "CNY", "INR", "AUD", "CAD", "NZD", "MXN", "BRL", "ZAR",
    "ILS", "AED", "ZŁ", "KČ", "FT", "LEI", "ЛВ", "ЛВ.", "KR", "KR.", "ГРН", "ГРН.", "РУБ", "РУБ.", "Р.", "LT",
}  # fmt: skip

# What stands for one currency only; a dollar or a crown may be of several countries.
OF_ONE = {
    "€": "EUR", "£": "GBP", "₴": "UAH", "₽": "RUB", "₺": "TRY", "₾": "GEL", "₸": "KZT", "ZŁ": "PLN", "KČ": "CZK",
    "FT": "HUF", "ЛВ": "BGN", "ЛВ.": "BGN", "ГРН": "UAH", "ГРН.": "UAH", "РУБ": "RUB", "РУБ.": "RUB",
}  # fmt: skip
CODE = re.compile("[A-Z]{3}")


def currency_in(text: str) -> str:
    """Return the currency (ISO 4217) that an amount as spreadsheets show it names beyond doubt, else ""."""
    words = re.findall(r"[^\W\d_]+\.?|[^\w\s]", text.upper())
    return next((OF_ONE.get(word, word) for word in words if word in OF_ONE or _is_code(word)), "")


def _is_code(word: str) -> bool:
    return word in CURRENCIES and CODE.fullmatch(word) is not None


def amount(value: str | float | Decimal, notation: Notation = OF_PROGRAMS) -> Decimal:
    """Return an amount of money rounded to cents, 0 or more."""
    number = _number(value.strip(), notation) if isinstance(value, str) else _finite(value)
    if number is None and notation.decimal == ",":
        raise ValueError(_("“%(value)s” is not an amount such as 1250,00.") % {"value": quoted(str(value))})
    if number is None:
        raise ValueError(
            _("“%(value)s” is not an amount. Use a number such as 1250.00.") % {"value": quoted(str(value))}
        )
    if not 0 <= number <= LARGEST:
        raise ValueError(_("Use an amount between 0 and %(limit)s.") % {"limit": LARGEST})
    return number.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _finite(value: float | Decimal) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None


def _number(text: str, notation: Notation) -> Decimal | None:
    if notation.is_strict or text.startswith(("-", ".")):
        return Decimal(text) if PLAIN.fullmatch(text) else None
    digits = _without_currency(SPACES.sub(" ", text))
    if not notation.decimal and EITHER.fullmatch(digits):
        raise Untold(_("“%(value)s”: where do the decimals begin?") % {"value": quoted(text)}, 'decimal = ","')
    readings = {sign: _read(pattern, digits) for sign, pattern in ((".", WITH_POINT), (",", WITH_COMMA))}
    if notation.decimal:
        return readings[notation.decimal]
    return readings["."] if readings["."] is not None else readings[","]


def _read(pattern: re.Pattern[str], digits: str) -> Decimal | None:
    found = pattern.fullmatch(digits)
    if found is None:
        return None
    whole = "".join(letter for letter in found[1] if letter.isdecimal())
    return Decimal(f"{whole}.{found[3] or 0}")


def _without_currency(text: str) -> str:
    """Return `text` without the sign or the short name of a currency before or behind the number."""
    text = "".join(letter for letter in text if unicodedata.category(letter) != "Sc").strip()
    for word in (text.partition(" ")[0], text.rpartition(" ")[2]):
        if word.upper() in CURRENCIES:
            return text.removeprefix(word).removesuffix(word).strip()
    return text
