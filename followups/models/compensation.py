from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.models import User
from followups.models.activity import Activity
from followups.models.code_pool import CURRENCY, PoolCode
from followups.models.followup import Followup
from followups.models.gift import GiftKind, words_of


class CompensationQuerySet(models.QuerySet["Compensation"]):
    def standing(self) -> "CompensationQuerySet":
        return self.filter(withdrawn_at__isnull=True)


class Compensation(models.Model):
    """What a customer was given: for a follow-up, or as an offer without one. A follow-up may have several.

    It is never deleted; what was given by mistake is withdrawn with a reason, and its code is not given again.
    """

    # Names this one giving, so that a form sent twice gives once.
    key = models.UUIDField(unique=True, editable=False)
    followup = models.ForeignKey(
        Followup, models.PROTECT, null=True, blank=True, related_name="compensations", verbose_name=_("follow-up")
    )
    contact = models.ForeignKey(
        "crm.Contact", models.PROTECT, null=True, blank=True, related_name="compensations", verbose_name=_("contact")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=GiftKind.choices)
    amount = models.DecimalField(
        _("amount"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True, validators=[CURRENCY])
    # In the company's own currency, at the rate of the day; empty without an amount or a rate.
    amount_base = models.DecimalField(
        _("amount in own currency"), max_digits=14, decimal_places=2, null=True, blank=True, editable=False
    )
    code = models.OneToOneField(
        PoolCode, models.PROTECT, null=True, blank=True, related_name="compensation", verbose_name=_("code")
    )
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("given by")
    )
    given_at = models.DateTimeField(_("given at"), default=clock.now)

    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    withdrawn_because = models.CharField(_("reason of withdrawing"), max_length=300, blank=True)

    objects = CompensationQuerySet.as_manager()

    class Meta:
        verbose_name = _("compensation")
        verbose_name_plural = _("compensations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(followup__isnull=False) | models.Q(contact__isnull=False),
                name="followups_compensation_is_somebodys",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True, currency="")
                | models.Q(amount__isnull=False, amount__gte=0) & ~models.Q(currency=""),
                name="followups_compensation_amount_has_currency",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_because="")
                | models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawn_because=""),
                name="followups_compensation_withdrawn_because",
            ),
        ]
        # analytics: what was given in a period
        indexes = [models.Index(fields=["given_at"], name="followups_compensation_moment")]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """What it is, in the active language, such as “discount 20 EUR”."""
        return words_of(self.kind, self.amount, self.currency)

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @transaction.atomic
    def withdraw(self, *, reason: str, by: User, at: datetime) -> bool:
        """Say that it is not given after all; return False when that was said before. Its code is lost for others."""
        stands = Compensation.objects.standing().filter(pk=self.pk)
        if not stands.update(withdrawn_at=at, withdrawn_by=by, withdrawn_because=reason):
            return False
        self.refresh_from_db()
        if self.followup is not None:
            self.followup.record(Activity.Kind.WITHDRAWN, by=by, text=reason, change=self.change)
        return True

    @property
    def change(self) -> dict[str, Any]:
        """What an activity says about it; the code stands nowhere but in its own row."""
        amount = {} if self.amount is None else {"amount": f"{self.amount:f}", "currency": self.currency}
        return {"compensation": self.pk, "gift": self.kind, **amount}
