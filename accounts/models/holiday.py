from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import dates


class Holiday(models.Model):
    """A day on which nobody works and nobody is asked: everywhere, or in the region that is named.

    A region is that of a contact (else of its company) when customers are asked, and that of a team when people work.
    """

    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=100)
    region = models.CharField(_("region"), max_length=100, blank=True, help_text=_("Empty: everywhere."))

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        constraints = [models.UniqueConstraint(fields=["date", "region"], name="accounts_holiday_once_per_region")]

    def __str__(self) -> str:
        return f"{dates.day(self.date)} {self.name}"
