from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.secrets import EncryptedTextField, fingerprints
from followups.models.gift import GiftKind

CURRENCY = RegexValidator(r"^[A-Z]{3}$", _("Give a code of ISO 4217, such as EUR."))


def _codes(**which: bool) -> Coalesce:
    """Return SQL that counts such codes of a pool."""
    codes = PoolCode.objects.filter(pool=models.OuterRef("pk"), **which).order_by().values("pool")
    return Coalesce(models.Subquery(codes.annotate(number=models.Count("pk")).values("number")), 0)


class CodePoolQuerySet(models.QuerySet["CodePool"]):
    def giving(self, today: date) -> "CodePoolQuerySet":
        """Those that codes may be given from on this day."""
        in_time = models.Q(expires_on__isnull=True) | models.Q(expires_on__gte=today)
        return self.filter(in_time, is_active=True)

    def with_few_left(self) -> "CodePoolQuerySet":
        """Those that codes were put into and of which as few are `left` as one is to be warned of."""
        filled = PoolCode.objects.filter(pool=models.OuterRef("pk"))
        left = self.annotate(left=_codes(given_at__isnull=True))
        return left.filter(models.Exists(filled), left__lte=models.F("few"))

    def with_enough_left(self) -> "CodePoolQuerySet":
        """Those of which more codes are `left`."""
        return self.annotate(left=_codes(given_at__isnull=True)).filter(left__gt=models.F("few"))

    def counted(self) -> "CodePoolQuerySet":
        """Tell of each, as `left` and `given`, how many codes it has."""
        return self.annotate(left=_codes(given_at__isnull=True), given=_codes(given_at__isnull=False))


class CodePool(models.Model):
    """Codes for the same thing, such as vouchers of a shop: uploaded at once, then each given to one customer."""

    name = models.CharField(_("name"), max_length=100, unique=True, help_text=_("Staff choose it by this."))
    kind = models.CharField(_("kind"), max_length=12, choices=GiftKind.choices, default=GiftKind.DISCOUNT)
    amount = models.DecimalField(
        _("worth of one code"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Empty where a code is worth no certain amount."),
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True, validators=[CURRENCY])
    expires_on = models.DateField(_("last day of the codes"), null=True, blank=True)
    few = models.PositiveIntegerField(_("warn when so many codes are left"), default=20)
    # When it was last told that few are left, until there are more again.
    few_told_at = models.DateTimeField(_("told that few are left at"), null=True, blank=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)

    objects = CodePoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("code pool")
        verbose_name_plural = _("code pools")
        permissions = [("read_codes", _("Can read codes that were given to customers"))]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gte=0),
                name="followups_pool_amount",
                violation_error_message=_("Use an amount of 0 or more."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.amount is not None and not self.currency:
            raise ValidationError({"currency": _("Say in which currency the amount is.")})

    def has_expired(self, today: date) -> bool:
        return self.expires_on is not None and self.expires_on < today


class PoolCode(models.Model):
    """One code: a secret, which is money to whoever reads it. It is given once and never goes back into the pool."""

    pool = models.ForeignKey(CodePool, models.PROTECT, related_name="codes", verbose_name=_("code pool"))
    code = EncryptedTextField(_("code"))
    # The same code is in no two pools: it would be given twice.
    fingerprint = models.BinaryField(max_length=32, unique=True, editable=False)
    added_at = models.DateTimeField(_("added at"), default=clock.now)
    given_at = models.DateTimeField(_("given at"), null=True, blank=True)

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        indexes = [
            # followups.compensations.codes takes the next one
            models.Index(fields=["pool", "id"], name="followups_codes_left", condition=models.Q(given_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.pool} #{self.pk}"

    @classmethod
    def of_text(cls, pool: CodePool, text: str, *, at: datetime) -> "PoolCode":
        """Return an unsaved code of a pool."""
        return cls(pool=pool, code=text, fingerprint=fingerprints(text)[0], added_at=at)
