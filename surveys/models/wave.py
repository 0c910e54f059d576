from datetime import date, datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock
from crm.models import Company
from surveys.defaults import today
from surveys.models.asker import Asker
from surveys.models.survey import Survey

ONE_DAY = timedelta(days=1)
# How much sooner than the cadence says a turn may come: it was moved to a working day last time and is not now.
SLACK_DAYS = 14


class WaveQuerySet(models.QuerySet["Wave"]):
    def asking(self) -> "WaveQuerySet":
        """Return the waves that run: switched on, not paused, of surveys that are switched on."""
        return self.filter(is_active=True, paused_at__isnull=True, survey__status=Survey.Status.ACTIVE)

    def resting(self) -> "WaveQuerySet":
        return self.exclude(pk__in=self.model.objects.asking().values("pk"))

    def skip_until(self, day: date) -> int:
        """Count every day before `day` as done, so that turns that passed while a wave rested are not made up for."""
        behind = models.Q(planned_until__isnull=True) | models.Q(planned_until__lt=day - ONE_DAY)
        return self.filter(behind).update(planned_until=day - ONE_DAY)


class Wave(Asker):
    """A recurring relational survey: every contact of the audience once per cadence, each on a day of their own."""

    survey = models.ForeignKey("surveys.Survey", models.PROTECT, related_name="waves", verbose_name=_("survey"))
    cadence_days = models.PositiveSmallIntegerField(
        _("days between two asks of one contact"),
        default=91,
        validators=[MinValueValidator(30), MaxValueValidator(365)],
    )
    size_bands = ArrayField(
        models.CharField(max_length=10, choices=Company.SizeBand.choices),
        verbose_name=_("only companies of this size"),
        default=list,
        blank=True,
    )
    regions = ArrayField(
        models.CharField(max_length=100), verbose_name=_("only these regions"), default=list, blank=True
    )
    products = models.ManyToManyField(
        "crm.Product", blank=True, verbose_name=_("only buyers of these products"), related_name="+"
    )
    channels = models.ManyToManyField(
        "crm.Channel", blank=True, verbose_name=_("only buyers through these channels"), related_name="+"
    )
    bought_within_days = models.PositiveSmallIntegerField(
        _("bought within so many days"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    min_customer_days = models.PositiveSmallIntegerField(
        _("customer for so many days at least"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    joining_days = models.PositiveSmallIntegerField(
        _("first ask of a new customer after so many days"),
        null=True,
        blank=True,
        help_text=_("Counted from “customer since”. Empty: new customers wait for their turn."),
    )
    segment = models.ForeignKey(
        "surveys.CustomerSegment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="waves",
        verbose_name=_("only customers in this segment"),
        help_text=_("Whoever is in it when the turns of a day are planned, beside all that is said above."),
    )
    starts_on = models.DateField(_("starts on"), default=today)

    paused_at = models.DateTimeField(_("paused at"), null=True, blank=True)
    # The last day whose turns are planned.
    planned_until = models.DateField(_("planned until"), null=True, blank=True, editable=False)

    objects = WaveQuerySet.as_manager()

    class Meta(Asker.Meta):
        abstract = False
        verbose_name = _("wave")
        verbose_name_plural = _("waves")
        constraints = [
            *Asker.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(cadence_days__gte=30, cadence_days__lte=365),
                name="surveys_wave_cadence",
                violation_error_message=_("Use 30 to 365 days between two asks."),
            ),
        ]

    @property
    def is_resting(self) -> bool:
        return self.paused_at is not None or not self.is_active

    def pause(self, *, at: datetime | None = None) -> None:
        """Ask nobody until the wave is resumed; pausing again changes nothing."""
        if self.paused_at is None:
            self.paused_at = at or clock.now()
            self.save(update_fields=["paused_at"])

    def resume(self, *, at: datetime | None = None) -> None:
        """Go on with today's turns; those that passed meanwhile are skipped until their next round."""
        if self.paused_at is not None:
            Wave.objects.filter(pk=self.pk).skip_until((at or clock.now()).date())
            self.paused_at = None
            self.save(update_fields=["paused_at"])
