from django.db import models
from django.utils.translation import gettext_lazy as _


class Profile(models.Model):
    """What kind of customer a contact was at a moment. Few kinds stand for many contacts, so each is one row.

    Rows are only ever added: an answer keeps the profile that its contact had when it was asked.
    """

    class Tenure(models.TextChoices):
        FIRST_QUARTER = "0-90", _("customer for up to 90 days")
        FIRST_YEAR = "91-365", _("customer for up to a year")
        THREE_YEARS = "1-3y", _("customer for 1–3 years")
        LONGER = "3y+", _("customer for more than 3 years")

    class Age(models.TextChoices):
        YOUNGEST = "-24", _("up to 24 years old")
        FROM_25 = "25-34", _("25–34 years old")
        FROM_35 = "35-44", _("35–44 years old")
        FROM_45 = "45-54", _("45–54 years old")
        FROM_55 = "55-64", _("55–64 years old")
        OLDEST = "65+", _("65 years old or older")

    class Lifecycle(models.TextChoices):
        """The stages that Plumb has a name for. The list is open: other systems send stages of their own."""

        LEAD = "lead", _("lead")
        NEW = "new", _("new customer")
        ACTIVE = "active", _("active customer")
        AT_RISK = "at_risk", _("at risk")
        LAPSED = "lapsed", _("lapsed")
        WON_BACK = "won_back", _("won back")

    region = models.CharField(_("region"), max_length=100, blank=True)
    size_band = models.CharField(_("size"), max_length=10, blank=True)
    industry = models.CharField(_("industry"), max_length=100, blank=True)
    tenure_band = models.CharField(_("customer for"), max_length=10, choices=Tenure.choices, blank=True)
    age_band = models.CharField(_("age"), max_length=10, choices=Age.choices, blank=True)
    lifecycle = models.CharField(_("lifecycle"), max_length=30, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("customer profile")
        verbose_name_plural = _("customer profiles")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "size_band", "industry", "tenure_band", "age_band", "lifecycle"],
                name="crm_profile_once",
            ),
        ]

    def __str__(self) -> str:
        bands = (self.get_tenure_band_display(), self.get_age_band_display())
        parts = (self.region, self.size_band, self.industry, *bands, label_of_lifecycle(self.lifecycle))
        return ", ".join(str(part) for part in parts if part)


def label_of_lifecycle(code: str) -> str:
    """Return what a stage is called: the name that Plumb has for it, else the code in words."""
    known = dict(Profile.Lifecycle.choices)
    return str(known[code]) if code in known else code.replace("_", " ")
