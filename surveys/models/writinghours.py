from datetime import time

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.media import Medium
from surveys.defaults import but_sundays
from surveys.sendwindow import Window


class WritingHours(models.Model):
    """When customers may be asked by a medium, on their own clocks: in one country, or where nothing else is said.

    Whoever asks narrows them down and never widens them. A medium of which nothing is said may be used at any hour.
    """

    medium = models.CharField(_("medium"), max_length=20, choices=Medium.choices)
    country = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("A code such as LT. Empty: all other countries.")
    )
    opens_at = models.TimeField(_("from"), default=time(9))
    closes_at = models.TimeField(_("until"), default=time(20))
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(7)]),
        verbose_name=_("weekdays"),
        default=but_sundays,
        help_text=_("1 is Monday, 7 is Sunday."),
    )

    class Meta:
        verbose_name = _("hours of a medium")
        verbose_name_plural = _("hours of media")
        constraints = [
            models.UniqueConstraint(
                fields=["medium", "country"],
                name="surveys_hours_once",
                violation_error_message=_("The hours of this medium in this country are set already."),
            ),
            models.CheckConstraint(
                condition=models.Q(opens_at__lt=models.F("closes_at")),
                name="surveys_hours_open_before_they_close",
                violation_error_message=_("It has to end after it starts."),
            ),
            models.CheckConstraint(
                condition=models.Q(weekdays__len__gte=1),
                name="surveys_hours_have_a_weekday",
                violation_error_message=_("Choose at least one weekday."),
            ),
        ]

    def __str__(self) -> str:
        medium = str(self.get_medium_display())
        return f"{medium} · {self.country}" if self.country else medium

    @property
    def window(self) -> Window:
        return Window(self.opens_at, self.closes_at, frozenset(self.weekdays))
