from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from accounts.folded import Folded
from accounts.timezones import validate_timezone
from crm.models.sourced import Sourced


class Company(Sourced):
    class SizeBand(models.TextChoices):
        MICRO = "1-9", _("1–9 people")
        SMALL = "10-49", _("10–49 people")
        MEDIUM = "50-249", _("50–249 people")
        LARGE = "250-999", _("250–999 people")
        ENTERPRISE = "1000+", _("1,000 people or more")

    name = models.CharField(_("name"), max_length=200)
    domain = models.CharField(_("domain"), max_length=200, blank=True)
    industry = models.CharField(_("industry"), max_length=100, blank=True)
    size_band = models.CharField(_("size"), max_length=10, choices=SizeBand.choices, blank=True)
    region = models.CharField(_("region"), max_length=100, blank=True)
    # How it is searched.
    folded = models.GeneratedField(
        expression=Folded(Concat("name", Value(" "), "domain")), output_field=models.TextField(), db_persist=True
    )
    timezone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[validate_timezone])

    class Meta(Sourced.Meta):
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        indexes = [
            models.Index(fields=["name"], name="crm_company_by_name"),  # company search in admin and inbox
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def size_band_of(cls, employees: int) -> str:
        """Return the size band for a number of employees."""
        for limit, band in ((10, cls.SizeBand.MICRO), (50, cls.SizeBand.SMALL), (250, cls.SizeBand.MEDIUM)):
            if employees < limit:
                return band.value
        return cls.SizeBand.LARGE.value if employees < 1000 else cls.SizeBand.ENTERPRISE.value
