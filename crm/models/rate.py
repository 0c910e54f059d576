from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import dates


class ExchangeRate(models.Model):
    """What one unit of a currency was worth in the company's own currency, from a day on."""

    currency = models.CharField(
        _("currency"),
        max_length=3,
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Give a code of ISO 4217, such as EUR."))],
    )
    day = models.DateField(_("from day"))
    rate = models.DecimalField(
        _("rate"), max_digits=18, decimal_places=8, help_text=_("Units of our own currency for one unit of this one.")
    )

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        constraints = [
            # Also how the rate of a day is found: the latest at or before it.
            models.UniqueConstraint(fields=["currency", "day"], name="crm_rate_once_per_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="crm_rate_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {dates.day(self.day)}: {self.rate:f}"
