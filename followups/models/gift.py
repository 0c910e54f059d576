from decimal import Decimal

from django.db import models
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext_lazy as _


class GiftKind(models.TextChoices):
    """What a customer is given to make something good."""

    DISCOUNT = "discount", _("discount")
    REFUND = "refund", _("refund")
    BONUS = "bonus", _("bonus")
    REPLACEMENT = "replacement", _("replacement")


def words_of(kind: str, amount: Decimal | str | None, currency: str) -> str:
    """Return what is given, in the active language, such as “discount 20 EUR”; an unknown kind as it is."""
    named = str(GiftKind(kind).label) if kind in GiftKind else kind
    return f"{named} {floatformat(amount, '-2g')} {currency}" if amount not in (None, "") else named
