from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.models.sourced import Sourced


class Product(Sourced):
    name = models.CharField(_("name"), max_length=200)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Sourced.Meta):
        verbose_name = _("product")
        verbose_name_plural = _("products")

    def __str__(self) -> str:
        return self.name


class Channel(Sourced):
    """Where the company dealt with the customer: web shop, phone, office…"""

    name = models.CharField(_("name"), max_length=200)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Sourced.Meta):
        verbose_name = _("channel")
        verbose_name_plural = _("channels")

    def __str__(self) -> str:
        return self.name
