"""What bands of amounts are called, and by which filters their answers are found."""

from __future__ import annotations

from django.utils.translation import gettext as _

from analytics.dashboard import numbers
from analytics.explorer.forms import NO_AMOUNT
from analytics.money.bands import AmountBand

# What every answer with a known amount passes.
EVERY_AMOUNT = {"amount_to": "9" * 14}


def name(band: AmountBand, currency: str) -> str:
    """Return what a band of amounts is called."""
    if band.high is None:
        return _("all amounts") if band.low is None else _("from %(low)s") % {"low": numbers.money(band.low, currency)}
    if band.low is None:
        return _("below %(high)s") % {"high": numbers.money(band.high, currency)}
    return _("%(low)s to below %(high)s") % {
        "low": numbers.thousands(band.low),
        "high": numbers.money(band.high, currency),
    }


def filters(band: AmountBand | None) -> dict[str, str]:
    """Return the filters that choose the answers of a band; amounts have two decimals."""
    if band is None:
        return {"without": NO_AMOUNT}
    if band == AmountBand(None, None):
        return EVERY_AMOUNT
    low = {} if band.low is None else {"amount_from": str(band.low)}
    high = {} if band.high is None else {"amount_to": f"{band.high - 1}.99"}
    return low | high
