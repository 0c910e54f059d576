from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.media import Medium


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def standing(self) -> "SuppressionQuerySet":
        return self.filter(lifted_at__isnull=True)

    def words(self) -> "SuppressionQuerySet":
        """Return what people said of all letters, without the addresses that merely do not work."""
        return self.exclude(why__in=[Suppression.Why.HARD_BOUNCE, Suppression.Why.OFFERS])

    def lift(self, *, at: datetime, reason: str, by: object = None) -> int:
        """Let these be written to again; the rows stay, with who lifted them, when and why."""
        return self.standing().update(lifted_at=at, lifted_by=by, lifted_reason=reason)


class Suppression(models.Model):
    """An address that gets no letters any more, or no offers, kept as a keyed hash: it outlives whoever carries it.

    `cause` names the one act that made it, so that exactly this act can be undone.
    """

    class Why(models.TextChoices):
        OPT_OUT = "opt_out", _("unsubscribed")
        COMPLAINT = "complaint", _("reported our mail as spam")
        OBJECTION = "objection", _("objected to all letters")
        HARD_BOUNCE = "hard_bounce", _("mail came back for good")
        OFFERS = "offers", _("wants no offers and news")

    class Scope(models.TextChoices):
        ADDRESS = "address", _("this address")
        PERSON = "person", _("everything of whoever carries it")

    medium = models.CharField(_("medium"), max_length=20, choices=Medium.choices)
    address_hash = models.BinaryField(max_length=32, editable=False)
    key_id = models.CharField(_("key"), max_length=8, editable=False)
    why = models.CharField(_("why"), max_length=12, choices=Why.choices)
    scope = models.CharField(_("stops"), max_length=8, choices=Scope.choices)
    at = models.DateTimeField(_("since"), default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("noted by")
    )
    evidence = models.CharField(_("evidence"), max_length=300, blank=True)
    cause = models.CharField(max_length=60, blank=True, editable=False)

    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("lifted by")
    )
    lifted_reason = models.CharField(_("lifted because"), max_length=300, blank=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        permissions = [("lift_suppression", _("Can let an address be written to again"))]
        constraints = [
            models.UniqueConstraint(
                fields=["address_hash", "medium", "why"],
                condition=models.Q(lifted_at__isnull=True),
                name="crm_suppression_stands_once",
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_at__isnull=True, lifted_reason="")
                | (models.Q(lifted_at__isnull=False) & ~models.Q(lifted_reason="")),
                name="crm_suppression_lifted_with_reason",
            ),
        ]
        indexes = [
            # a customer takes back what one link did
            models.Index(fields=["cause"], name="crm_suppression_by_cause", condition=~models.Q(cause="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_medium_display()}: {self.get_why_display()}"
