from datetime import time, timedelta
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock
from crm.models import Touchpoint
from surveys.models.survey import Survey
from surveys.sendwindow import Window


def workdays() -> list[int]:
    return [1, 2, 3, 4, 5]


def email_only() -> list[str]:
    return ["email"]


class TriggerQuerySet(models.QuerySet["Trigger"]):
    def asking(self) -> "TriggerQuerySet":
        """Return the triggers that are switched on, of surveys that are."""
        return self.filter(is_active=True, survey__status=Survey.Status.ACTIVE)


class Trigger(models.Model):
    """Touchpoint → survey after a delay."""

    survey = models.ForeignKey("surveys.Survey", models.PROTECT, related_name="triggers", verbose_name=_("survey"))
    name = models.CharField(_("name"), max_length=100)
    touchpoint_kind = models.CharField(
        _("after"), max_length=30, choices=Touchpoint.Kind.choices, default=Touchpoint.Kind.DEAL_WON
    )
    delay = models.DurationField(_("delay"), default=timedelta(days=5))
    products = models.ManyToManyField(
        "crm.Product", blank=True, verbose_name=_("only these products"), related_name="+"
    )
    channels = models.ManyToManyField(
        "crm.Channel", blank=True, verbose_name=_("only these channels"), related_name="+"
    )
    teams = models.ManyToManyField("accounts.Team", blank=True, verbose_name=_("only these teams"), related_name="+")
    min_amount = models.DecimalField(_("from amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    max_amount = models.DecimalField(_("up to amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    sampling_share = models.DecimalField(
        _("share of contacts asked"),
        max_digits=4,
        decimal_places=3,
        default=Decimal(1),
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("1 asks everybody, 0.25 every fourth contact, always the same ones."),
    )
    media = ArrayField(
        models.CharField(max_length=20), verbose_name=_("media in order of preference"), default=email_only
    )
    reminder_days = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("reminders, days after the invitation"),
        default=list,
        blank=True,
        size=3,
    )
    window_start = models.TimeField(_("send from"), default=time(9))
    window_end = models.TimeField(_("send until"), default=time(18))
    window_weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(7)]),
        verbose_name=_("send on weekdays"),
        default=workdays,
        help_text=_("1 is Monday, 7 is Sunday."),
    )
    asks_since = models.DateTimeField(
        _("only touchpoints since"),
        default=clock.now,
        help_text=_("Older touchpoints are never asked about, whatever is imported later."),
    )

    is_active = models.BooleanField(_("active"), default=False)

    objects = TriggerQuerySet.as_manager()

    class Meta:
        verbose_name = _("trigger")
        verbose_name_plural = _("triggers")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(window_start__lt=models.F("window_end")),
                name="surveys_trigger_window_opens_before_it_closes",
            ),
            models.CheckConstraint(
                condition=models.Q(sampling_share__gte=0, sampling_share__lte=1),
                name="surveys_trigger_sampling_share",
            ),
            models.CheckConstraint(
                condition=models.Q(window_weekdays__len__gte=1), name="surveys_trigger_some_weekday"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def window(self) -> Window:
        return Window(self.window_start, self.window_end, frozenset(self.window_weekdays))
