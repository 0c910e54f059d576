from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts import clock
from crm import referral_codes
from crm.models.facts import Facts
from crm.models.sourced import Sourced

if TYPE_CHECKING:
    from crm.models.touchpoint import Touchpoint


class Deal(Sourced, Facts):
    facts_are_indexed = True
    PRICED_AT = "COALESCE({row}closed_at, {row}opened_at, {row}created_at)"

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        WON = "won", _("won")
        LOST = "lost", _("lost")

    contact = models.ForeignKey("crm.Contact", models.PROTECT, related_name="deals", verbose_name=_("contact"))
    title = models.CharField(_("title"), max_length=200, blank=True)
    url = models.URLField(
        _("address"), max_length=500, blank=True, db_default="", default="", help_text=_("Where the CRM shows it.")
    )
    # By whose recommendation it came, in the form of crm.referral_codes.
    referral_code = models.CharField(
        _("referral code"), max_length=referral_codes.LONGEST, blank=True, db_default="", default=""
    )
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)

    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OPEN)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta(Sourced.Meta):
        verbose_name = _("deal")
        verbose_name_plural = _("deals")
        indexes = [
            # rewards, and who came by recommendation
            models.Index(fields=["referral_code"], name="crm_deal_referred", condition=~models.Q(referral_code="")),
        ]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(status__in=["open", "won", "lost"]),
                name="crm_deal_status_known",
            ),
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

    def win(self, *, at: datetime | None = None) -> "Touchpoint":
        """Close the deal as won and return its touchpoint; winning it again changes nothing."""
        self._end(self.Status.WON, at)
        return self.touchpoints.get(kind="deal_won")

    def lose(self, *, at: datetime | None = None) -> "Touchpoint":
        """Close the deal as lost and return its touchpoint; that of an earlier win is cancelled."""
        self._end(self.Status.LOST, at)
        return self.touchpoints.get(kind="deal_lost")

    def reopen(self) -> None:
        """Open the deal again; the touchpoint of its outcome is cancelled, so that nobody is asked about it."""
        self._end(self.Status.OPEN, None)

    @transaction.atomic
    def _end(self, status: str, at: datetime | None) -> None:
        # What follows concerns other rows, so its rules live in a service; the verb stays here, where one looks for it.
        from crm import deal_outcomes

        now = clock.now()
        if self.status != status:
            self.status, self.updated_at = status, now
            self.closed_at = None if status == self.Status.OPEN else at or now
            self.save(update_fields=["status", "closed_at", "updated_at"])
        deal_outcomes.settle([self.pk], now=now)
