from datetime import time
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.defaults import workdays
from surveys.defaults import email_only
from surveys.sendwindow import Window

# A month: no link is valid for much longer.
MOST_HOURS = 720


class MediaOrder(models.TextChoices):
    """In which order the media of an asker are tried."""

    LISTED = "listed", _("in this order")
    CHEAPEST = "cheapest", _("the cheapest first")
    ANSWERED = "answered", _("the one answered most first")


class Asker(models.Model):
    """What makes invitations to a survey: to whom, by which media, at which hours, how insistently."""

    name = models.CharField(_("name"), max_length=100)
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
    media_order = models.CharField(
        _("which medium is tried first"), max_length=10, choices=MediaOrder.choices, default=MediaOrder.LISTED
    )
    undelivered_hours = models.PositiveSmallIntegerField(
        _("hours until what has not arrived goes by the next medium"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)],
    )
    unanswered_hours = models.PositiveSmallIntegerField(
        _("hours until who has not answered is asked by the next medium"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)],
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

    is_active = models.BooleanField(_("active"), default=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(window_start__lt=models.F("window_end")),
                name="%(app_label)s_%(class)s_window_opens_before_it_closes",
                violation_error_message=_("Sending begins before it ends."),
            ),
            models.CheckConstraint(
                condition=models.Q(sampling_share__gte=0, sampling_share__lte=1),
                name="%(app_label)s_%(class)s_sampling_share",
                violation_error_message=_("Ask a share from none to all."),
            ),
            models.CheckConstraint(
                condition=models.Q(window_weekdays__len__gte=1),
                name="%(app_label)s_%(class)s_some_weekday",
                violation_error_message=_("Choose at least one weekday."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_unused(self) -> bool:
        """Whether it never planned to ask anybody."""
        return not self.invitations.exists()  # type: ignore[attr-defined]  # of the reverse side in each child

    @property
    def window(self) -> Window:
        return Window(self.window_start, self.window_end, frozenset(self.window_weekdays))
