from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock
from analytics.formulas.alarms import Direction
from analytics.models.rollup import BREAKDOWNS, Dimension
from analytics.periods import Granularity
from surveys.metrics import Metric


class WatchedSeries(models.Model):
    """A number that people want to hear of when it changes: of one metric, invited answers only.

    None as survey or team means every one; `member_id` is 0 where `dimension` is ALL. What the last look found stands
    in the rest: `granularity` is "" where there are too few answers to tell anything.
    """

    metric = models.CharField(_("metric"), max_length=10, choices=Metric)
    survey = models.ForeignKey("surveys.Survey", models.CASCADE, null=True, blank=True, verbose_name=_("survey"))
    team = models.ForeignKey("accounts.Team", models.CASCADE, null=True, blank=True, verbose_name=_("team"))
    dimension = models.CharField(
        max_length=20,
        default=Dimension.ALL,
        choices=[(name.value, name.label) for name in (Dimension.ALL, *BREAKDOWNS)],
    )
    member_id = models.BigIntegerField(default=0)
    watchers = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, verbose_name=_("who is told"))
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    looked_at = models.DateTimeField(_("looked at"), null=True, editable=False)
    granularity = models.CharField(
        max_length=5, blank=True, choices=[(name.value, name.value) for name in (Granularity.WEEK, Granularity.MONTH)]
    )
    answers_a_month = models.PositiveIntegerField(_("answers a month"), default=0, editable=False)

    class Meta:
        verbose_name = _("watched number")
        verbose_name_plural = _("watched numbers")
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "survey", "team", "dimension", "member_id"],
                name="analytics_watched_series_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.dimension} {self.member_id}"


class Alarm(models.Model):
    """A lasting change of a watched number. `start` is the first day of the week or month that told of it.

    `baseline` is what it was before in points, `points` how far the last four periods lay off then, `statistic` their
    moving average in its standard errors. An alarm is open until a person says that they have seen it.
    """

    series = models.ForeignKey(WatchedSeries, models.CASCADE, related_name="alarms", verbose_name=_("watched number"))
    start = models.DateField(_("since"))
    granularity = models.CharField(max_length=5)
    direction = models.CharField(max_length=6, choices=[(way.value, way.value) for way in Direction])
    baseline = models.FloatField()
    points = models.FloatField()
    statistic = models.FloatField()
    raised_at = models.DateTimeField(default=clock.now, editable=False)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("seen by")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        ordering = ["-start", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["series", "start", "direction"], name="analytics_alarm_once"),
            models.CheckConstraint(
                condition=models.Q(seen_at__isnull=False) | models.Q(seen_by__isnull=True, note=""),
                name="analytics_alarm_note_needs_a_reader",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.direction} {self.start}"

    @property
    def is_better(self) -> bool:
        return self.direction == Direction.BETTER.value
