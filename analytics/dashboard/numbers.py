"""How numbers are written on the dashboards, in the language of the reader."""

from __future__ import annotations

from django.utils.formats import get_format
from django.utils.translation import gettext as _

NOTHING = "–"


def points(value: float | None, digits: int = 1) -> str:
    """Write an NPS: 25.3 or −4.0; a dash where there is none."""
    return NOTHING if value is None else _written(value, digits)


def signed(value: float | None, digits: int = 1) -> str:
    """Write a difference with its sign: +3.2."""
    return NOTHING if value is None else _written(value, digits, signed=True)


def percent(value: float | None, digits: int = 1) -> str:
    """Write a share of a hundred: 45.3%."""
    return NOTHING if value is None else _("%(number)s%%") % {"number": _written(value, digits)}


def thousands(value: int) -> str:
    """Write a count with its thousands apart: 12,345."""
    return f"{value:,}".replace(",", str(get_format("THOUSAND_SEPARATOR")))


def money(value: float, currency: str) -> str:
    """Write an amount in whole units with its currency (ISO 4217): −12,345 EUR."""
    whole = round(value)
    return f"{'−' if whole < 0 else ''}{thousands(abs(whole))}\u00a0{currency}"


def _written(value: float, digits: int, *, signed: bool = False) -> str:
    rounded = round(value, digits) + 0.0  # no “−0”
    sign = "−" if rounded < 0 else "+" if signed and rounded > 0 else ""
    return sign + f"{abs(rounded):.{digits}f}".replace(".", str(get_format("DECIMAL_SEPARATOR")))
