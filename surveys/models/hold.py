from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock


class HoldQuerySet(models.QuerySet["Hold"]):
    def standing(self) -> "HoldQuerySet":
        return self.filter(released_at__isnull=True)


class Hold(models.Model):
    """A reason from outside why a contact is not to be asked now, such as an open follow-up."""

    contact = models.ForeignKey("crm.Contact", models.CASCADE, related_name="holds")
    cause = models.CharField(_("cause"), max_length=60, unique=True)
    since = models.DateTimeField(_("since"), default=clock.now)
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        indexes = [
            # eligibility facts are fetched by contact
            models.Index(fields=["contact"], name="surveys_hold_standing", condition=models.Q(released_at__isnull=True))
        ]

    def __str__(self) -> str:
        return self.cause

    @classmethod
    def place(cls, *, contact_id: int, cause: str) -> None:
        """Hold back asks of this contact; placing the same cause again changes nothing."""
        cls.objects.get_or_create(cause=cause, defaults={"contact_id": contact_id})

    @classmethod
    def release(cls, *, cause: str, at: datetime | None = None) -> None:
        """Let the contact be asked again as far as this cause goes."""
        cls.objects.standing().filter(cause=cause).update(released_at=at or clock.now())

    @classmethod
    def release_all(cls, *, causes: Iterable[str], at: datetime) -> None:
        """Let the contacts be asked again as far as these causes go."""
        cls.objects.standing().filter(cause__in=list(causes)).update(released_at=at)

    @classmethod
    def renew_all(cls, *, causes: Iterable[str]) -> None:
        """Hold back asks again for causes that were released."""
        cls.objects.filter(cause__in=list(causes)).update(released_at=None)
