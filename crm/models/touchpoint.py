from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.news import announce
from crm.models.sourced import Sourced
from crm.signals import touchpoints_recorded

if TYPE_CHECKING:
    from crm.models.deal import Deal


class TouchpointQuerySet(models.QuerySet["Touchpoint"]):
    def standing(self) -> "TouchpointQuerySet":
        return self.filter(cancelled_at__isnull=True)

    def cancel(self, *, at: datetime) -> int:
        return self.standing().update(cancelled_at=at)


class Touchpoint(Sourced):
    """Something that happened with a contact, frozen as it was at that moment."""

    class Kind(models.TextChoices):
        DEAL_WON = "deal_won", _("deal won")
        ORDER_DELIVERED = "order_delivered", _("order delivered")
        TICKET_SOLVED = "ticket_solved", _("ticket solved")
        CONSULTATION = "consultation", _("consultation")
        MEETING = "meeting", _("meeting")
        RENEWAL = "renewal", _("renewal")

    kind = models.CharField(_("kind"), max_length=30, choices=Kind.choices)
    contact = models.ForeignKey(
        "crm.Contact", models.PROTECT, related_name="touchpoints", verbose_name=_("contact"), db_index=False
    )
    company = models.ForeignKey(
        "crm.Company",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="touchpoints",
        verbose_name=_("company"),
        db_index=False,
    )
    deal = models.ForeignKey(
        "crm.Deal",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="touchpoints",
        verbose_name=_("deal"),
        db_index=False,
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="touchpoints",
        verbose_name=_("manager"),
        db_index=False,
    )
    product = models.ForeignKey(
        "crm.Product",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="touchpoints",
        verbose_name=_("product"),
        db_index=False,
    )
    channel = models.ForeignKey(
        "crm.Channel",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="touchpoints",
        verbose_name=_("channel"),
        db_index=False,
    )
    campaign = models.CharField(_("campaign"), max_length=100, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    occurred_at = models.DateTimeField(_("occurred at"))

    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)

    objects = TouchpointQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("touchpoint")
        verbose_name_plural = _("touchpoints")
        constraints = [
            *Sourced.Meta.constraints,
            models.UniqueConstraint(fields=["deal", "kind"], name="crm_touchpoint_once_per_deal_and_kind"),
        ]
        indexes = [
            models.Index(fields=["kind", "occurred_at"], name="crm_touchpoint_to_plan"),  # surveys.planning.triggers
            models.Index(fields=["contact", "-occurred_at"], name="crm_touchpoint_of_contact"),  # contact page
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.occurred_at:%Y-%m-%d}"

    @classmethod
    def of_won_deal(cls, deal: "Deal") -> "Touchpoint":
        """Return the touchpoint of a won deal, made when missing, standing again when the deal was won anew.

        The unique constraint on deal and kind makes a repeat harmless.
        """
        if deal.closed_at is None:
            raise ValueError("A deal that was won has the moment at which it was closed.")
        touchpoint, created = cls.objects.get_or_create(
            deal=deal,
            kind=cls.Kind.DEAL_WON,
            defaults={
                "contact_id": deal.contact_id,
                "company_id": deal.company_id,
                "manager_id": deal.manager_id,
                "product_id": deal.product_id,
                "channel_id": deal.channel_id,
                "campaign": deal.campaign,
                "amount": deal.amount,
                "currency": deal.currency,
                "occurred_at": deal.closed_at,
            },
        )
        if not created and touchpoint.cancelled_at is not None:
            touchpoint.cancelled_at, touchpoint.occurred_at = None, deal.closed_at
            touchpoint.save(update_fields=["cancelled_at", "occurred_at"])
        announce(touchpoints_recorded)
        return touchpoint
