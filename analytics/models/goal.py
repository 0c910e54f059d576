from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock
from analytics.periods import Period, months_before
from surveys.metrics import Metric


class GoalQuerySet(models.QuerySet["Goal"]):
    def standing(self) -> GoalQuerySet:
        """The goals that hold now: of each team, metric and period the last one set, unless it withdrew the goal."""
        newest = self.order_by(*Goal.KEY, "-number").distinct(*Goal.KEY)
        return self.filter(pk__in=newest.values("pk"), target__isnull=False)


class Goal(models.Model):
    """What a team, or the company, wants a number to reach in one month, quarter or year.

    Rows are never changed: of one key the row with the highest `number` holds, those before are its history. One
    without a `target` withdraws the goal. `target` is in points of an NPS, in per cent of the others.
    """

    class Span(models.TextChoices):
        MONTH = "month", _("month")
        QUARTER = "quarter", _("quarter")
        YEAR = "year", _("year")

    KEY = ("team", "metric", "span", "start")
    MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}

    team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="goals", verbose_name=_("team")
    )
    metric = models.CharField(_("metric"), max_length=10, choices=Metric)
    span = models.CharField(_("period"), max_length=7, choices=Span)
    start = models.DateField(_("first day"))
    target = models.DecimalField(_("target"), max_digits=4, decimal_places=1, null=True, blank=True)
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by"))
    set_at = models.DateTimeField(_("set at"), default=clock.now)

    objects = GoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        permissions = [("set_goals", _("Can set goals"))]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "metric", "span", "start", "number"], name="analytics_goal_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(target__isnull=True) | models.Q(target__gte=-100, target__lte=100),
                name="analytics_goal_within_the_scale",
            ),
            models.CheckConstraint(condition=models.Q(start__day=1), name="analytics_goal_begins_with_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.team or _('the company')} {self.metric} {self.span} {self.start}: {self.target}"

    @property
    def key(self) -> tuple[int | None, str, str, date]:
        return self.team_id, self.metric, self.span, self.start

    @property
    def period(self) -> Period:
        return Period(self.start, months_before(self.start, -self.MONTHS[self.Span(self.span)]))
