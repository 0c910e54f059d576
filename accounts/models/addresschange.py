from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock


class AddressChange(models.Model):
    """A person's wish to log in by another address: asked for, confirmed from the new one, objected to from the old."""

    TO_CONFIRM: ClassVar = timedelta(hours=24)
    TO_OBJECT: ClassVar = timedelta(days=7)

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="address_changes", verbose_name=_("person")
    )
    old = models.EmailField(_("old address"))
    new = models.EmailField(_("new address"))

    asked_at = models.DateTimeField(_("asked at"), default=clock.now)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    objected_at = models.DateTimeField(_("objected at"), null=True, blank=True)

    class Meta:
        verbose_name = _("change of a login address")
        verbose_name_plural = _("changes of login addresses")

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"

    def may_be_confirmed(self, now: datetime) -> bool:
        is_open = self.confirmed_at is None and self.objected_at is None
        return is_open and now < self.asked_at + self.TO_CONFIRM and self.person.email == self.old

    def may_be_objected_to(self, now: datetime) -> bool:
        """Say whether objecting changes anything: what is open is called off, what was done is taken back."""
        if self.objected_at is not None:
            return False
        if self.confirmed_at is None:
            return self.may_be_confirmed(now)
        return now < self.confirmed_at + self.TO_OBJECT and self.person.email == self.new
