from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts import clock
from crm.models.sourced import Sourced

if TYPE_CHECKING:
    from crm.models.touchpoint import Touchpoint


class Deal(Sourced):
    class Status(models.TextChoices):
        OPEN = "open", _("open")
        WON = "won", _("won")
        LOST = "lost", _("lost")

    contact = models.ForeignKey("crm.Contact", models.PROTECT, related_name="deals", verbose_name=_("contact"))
    company = models.ForeignKey(
        "crm.Company", models.SET_NULL, null=True, blank=True, related_name="deals", verbose_name=_("company")
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deals",
        verbose_name=_("manager"),
    )
    product = models.ForeignKey(
        "crm.Product", models.PROTECT, null=True, blank=True, related_name="deals", verbose_name=_("product")
    )
    channel = models.ForeignKey(
        "crm.Channel", models.PROTECT, null=True, blank=True, related_name="deals", verbose_name=_("channel")
    )
    campaign = models.CharField(_("campaign"), max_length=100, blank=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True, help_text=_("ISO 4217, such as EUR"))
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)

    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OPEN)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta(Sourced.Meta):
        verbose_name = _("deal")
        verbose_name_plural = _("deals")
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(status="open", closed_at__isnull=True)
                | (~models.Q(status="open") & models.Q(closed_at__isnull=False)),
                name="crm_deal_closed_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.external_id or f"#{self.pk}"

    @property
    def is_won(self) -> bool:
        return self.status == self.Status.WON

    @transaction.atomic
    def win(self, *, at: datetime | None = None) -> "Touchpoint":
        """Close the deal as won and return its touchpoint; winning it again changes nothing."""
        from crm.models.touchpoint import Touchpoint

        if not self.is_won:
            self._set(self.Status.WON, at or clock.now())
        return Touchpoint.of_won_deal(self)

    @transaction.atomic
    def lose(self, *, at: datetime | None = None) -> None:
        """Close the deal as lost; a touchpoint of an earlier win is cancelled, so that nobody is asked about it."""
        if self.status != self.Status.LOST:
            self._set(self.Status.LOST, at or clock.now())
        self.touchpoints.cancel(at=clock.now())

    @transaction.atomic
    def reopen(self) -> None:
        """Open the deal again; a touchpoint of an earlier win is cancelled."""
        if self.status != self.Status.OPEN:
            self._set(self.Status.OPEN, None)
        self.touchpoints.cancel(at=clock.now())

    def _set(self, status: str, closed_at: datetime | None) -> None:
        self.status, self.closed_at, self.updated_at = status, closed_at, clock.now()
        self.save(update_fields=["status", "closed_at", "updated_at"])
