from django.db import models
from django.utils.translation import gettext_lazy as _


class WidgetDay(models.Model):
    """How often the question of a widget came into sight on a day of the company's, and what became of that: closed
    without a score, or answered. Nobody who looked leaves a row.

    A day has several parts, one of which each look counts in, so that visitors do not wait for each other.
    """

    PARTS = 8

    widget = models.ForeignKey(
        "responses.WebWidget", models.CASCADE, related_name="days", verbose_name=_("widget"), db_index=False
    )
    day = models.DateField(_("day"))
    part = models.PositiveSmallIntegerField(_("part"))
    seen = models.PositiveIntegerField(_("seen"), default=0)
    closed = models.PositiveIntegerField(_("closed"), default=0)
    answered = models.PositiveIntegerField(_("answered"), default=0)

    class Meta:
        verbose_name = _("day of a widget")
        verbose_name_plural = _("days of widgets")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["widget", "day", "part"], name="responses_widget_day_part_once")]

    def __str__(self) -> str:
        return f"{self.widget_id} {self.day}"
