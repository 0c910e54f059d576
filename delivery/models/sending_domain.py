from datetime import datetime
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import addresses
from delivery.reputation.ramp import MOST_GROWTH, Ramp

# A domain as it goes on the wire is no longer.
LONGEST_DOMAIN = 253


class SendingDomainQuerySet(models.QuerySet["SendingDomain"]):
    def paused(self) -> "SendingDomainQuerySet":
        return self.filter(paused_at__isnull=False)

    def restrained(self) -> "SendingDomainQuerySet":
        """Return the domains from which less than everything may be asked now or one day."""
        return self.filter(models.Q(paused_at__isnull=False) | models.Q(ramp_begins__isnull=False))


class SendingDomain(models.Model):
    """The domain of the addresses that letters come from: whether it may ask, and how much it may ask on a day."""

    class Cause(models.TextChoices):
        BOUNCES = "bounces", _("too many letters came back")
        COMPLAINTS = "complaints", _("too many recipients reported letters as spam")
        BY_HAND = "by_hand", _("paused by hand")

    # As it goes on the wire, in lower case.
    name = models.CharField(_("domain"), max_length=LONGEST_DOMAIN, unique=True)
    ramp_begins = models.DateField(_("warm-up begins on"), null=True, blank=True)
    ramp_first = models.PositiveIntegerField(
        _("asks on the first day"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    ramp_growth = models.DecimalField(
        _("each day times"),
        max_digits=4,
        decimal_places=2,
        default=Decimal("1.5"),
        validators=[MinValueValidator(1), MaxValueValidator(MOST_GROWTH)],
    )
    ramp_last = models.PositiveIntegerField(_("ends at asks a day"), null=True, blank=True)

    paused_at = models.DateTimeField(_("paused since"), null=True, blank=True, editable=False)
    cause = models.CharField(
        _("why"), max_length=10, choices=Cause.choices, blank=True, db_default="", default="", editable=False
    )
    # What the breaker saw, or what whoever paused it by hand said.
    grounds = models.CharField(
        _("on what grounds"), max_length=300, blank=True, db_default="", default="", editable=False
    )
    # Letters handed over before that count no more.
    counted_from = models.DateTimeField(_("counted from"), null=True, blank=True, editable=False)

    objects = SendingDomainQuerySet.as_manager()

    class Meta:
        verbose_name = _("sending domain")
        verbose_name_plural = _("sending domains")
        permissions = [("resume_sending", _("Can pause a sending domain and let it ask again"))]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(paused_at__isnull=True, cause="")
                | models.Q(paused_at__isnull=False) & ~models.Q(cause=""),
                name="delivery_domain_pause_has_cause",
            ),
            models.CheckConstraint(
                condition=models.Q(ramp_begins__isnull=True) | models.Q(ramp_first__isnull=False, ramp_first__gte=1),
                name="delivery_domain_ramp_has_number",
                violation_error_message=_("Say how many may be asked on the first day."),
            ),
            models.CheckConstraint(condition=models.Q(ramp_growth__gte=1), name="delivery_domain_ramp_never_shrinks"),
        ]

    def __str__(self) -> str:
        try:
            return addresses.domain(self.name)
        except UnicodeError:
            return self.name

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    @property
    def ramp(self) -> Ramp | None:
        """Its warm-up, or None where nothing was ever to be warmed up."""
        if self.ramp_begins is None or self.ramp_first is None:
            return None
        return Ramp(self.ramp_begins, self.ramp_first, self.ramp_growth, self.ramp_last)

    def pause(self, cause: str, *, grounds: str, at: datetime) -> bool:
        """Ask nobody more from here; return False when that is so already. Call it under the lock of the row."""
        if self.is_paused:
            return False
        self.paused_at, self.cause, self.grounds = at, cause, grounds[:300]
        self.save(update_fields=["paused_at", "cause", "grounds"])
        return True

    def resume(self, *, at: datetime) -> bool:
        """Let it ask again and begin to count anew; return False when it is not paused. Call it under its lock."""
        if not self.is_paused:
            return False
        self.paused_at, self.cause, self.grounds, self.counted_from = None, "", "", at
        self.save(update_fields=["paused_at", "cause", "grounds", "counted_from"])
        return True


class SendingDay(models.Model):
    """What became of the letters that were handed over from a domain on one day of the company's.

    Who lets a domain ask again ends the counts that run, and the next letter begins a new one.
    """

    domain = models.CharField(max_length=LONGEST_DOMAIN)
    day = models.DateField()
    is_over = models.BooleanField(default=False, db_default=False)
    handed_over = models.PositiveIntegerField(default=0, db_default=0)
    bounces = models.PositiveIntegerField(default=0, db_default=0)
    complaints = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            # delivery.outbox and delivery.reputation.counts add to the count that runs
            models.UniqueConstraint(
                fields=["domain", "day"], name="delivery_day_once", condition=models.Q(is_over=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.domain} {self.day}"


class RampDay(models.Model):
    """How many asks by mail were given to a domain that is warmed up for one day of the company's."""

    domain = models.CharField(max_length=LONGEST_DOMAIN)
    day = models.DateField()
    asks = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["domain", "day"], name="delivery_ramp_day_once")]

    def __str__(self) -> str:
        return f"{self.domain} {self.day}"
