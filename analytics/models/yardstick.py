from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from analytics.arithmetic import ARITHMETIC
from surveys.metrics import Metric


def check_on_scale(field: str, metric: str, value: Decimal | None) -> None:
    """Raise ValidationError of a `field` whose value lies beyond the ends of the numbers of its metric."""
    if value is None or metric not in ARITHMETIC:
        return
    lowest, highest = ARITHMETIC[metric].LOWEST, ARITHMETIC[metric].HIGHEST
    if not lowest <= value <= highest:
        said = gettext("Choose a number from %(low)s to %(high)s.")
        params = {"low": str(lowest).replace("-", "−"), "high": highest}
        raise ValidationError({field: ValidationError(said, params=params)})


class Band(models.Model):
    """A stretch of the scale of a metric that the company calls by a name, such as “good” from 50 to 70.

    It begins at `lowest`, the first one, where that is empty, at the end of the scale; it ends where the next begins.
    """

    metric = models.CharField(_("metric"), max_length=10, choices=Metric)
    lowest = models.DecimalField(
        _("from"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(-100), MaxValueValidator(100)],
        help_text=_("Empty for the band in which the scale begins."),
    )
    # {"en": "good", "uk": "добрий", …}
    names = models.JSONField(_("names"), default=dict, help_text=_("By language, such as {“en”: “good”}."))

    class Meta:
        verbose_name = _("band")
        verbose_name_plural = _("bands")
        constraints = [
            models.UniqueConstraint(fields=["metric", "lowest"], name="analytics_band_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return str(self.names.get(get_language() or "en") or self.names.get("en") or self.lowest)

    def clean(self) -> None:
        super().clean()
        check_on_scale("lowest", self.metric, self.lowest)


class Benchmark(models.Model):
    """Somebody else's number that is drawn on the chart. It is none without its source: who says so, where and when."""

    metric = models.CharField(_("metric"), max_length=10, choices=Metric)
    name = models.CharField(_("of whom"), max_length=80, help_text=_("Such as “wholesale, Europe”."))
    value = models.DecimalField(
        _("value"),
        max_digits=4,
        decimal_places=1,
        validators=[MinValueValidator(-100), MaxValueValidator(100)],
        help_text=_("In points of an NPS, in per cent of the others."),
    )
    source = models.CharField(_("source"), max_length=200, help_text=_("Who published it, and in what."))
    url = models.URLField(_("address of the source"), validators=[URLValidator(["http", "https"])])
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(1990), MaxValueValidator(2100)])
    is_shown = models.BooleanField(_("drawn on the chart"), default=True)

    class Meta:
        verbose_name = _("benchmark")
        verbose_name_plural = _("benchmarks")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(source="") & ~models.Q(url="") & ~models.Q(name=""),
                name="analytics_benchmark_has_a_source",
                violation_error_message=_("Name whose number it is and where it stands."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.value} ({self.year})"

    def clean(self) -> None:
        super().clean()
        check_on_scale("value", self.metric, self.value)
