"""What the numbers of a metric are called, and how they are written."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from analytics.dashboard import numbers
from analytics.unit import Unit
from surveys.metrics import SCALES, Metric, Tier


@dataclass(frozen=True, slots=True)
class UnitWords:
    """What is counted, as a heading and as a sentence."""

    counted: str
    rule: str


def of_unit(unit: Unit) -> UnitWords:
    if unit is Unit.CUSTOMERS:
        return UnitWords(_("Customers"), _("Each customer counts once, with the latest answer of the period."))
    if unit is Unit.BOTH:
        return UnitWords(
            _("Answers"),
            _("After something happened every answer counts, about the relationship each customer's latest one."),
        )
    return UnitWords(_("Answers"), _("Every answer counts, also several of one customer."))


@dataclass(frozen=True, slots=True)
class Words:
    """The names of a metric, of its three tiers and of what lies behind them, in the language of the reader."""

    metric: str
    name: str
    good: str
    middle: str
    bad: str
    definition: str
    interval: str
    too_few: str

    @property
    def categories(self) -> dict[str, str]:
        """The categories by their tiers, as a filter takes them."""
        return {tier.value: category.value for tier, category in SCALES[self.metric].categories.items()}

    def value(self, number: float | None, digits: int = 1) -> str:
        """Write a number of this metric: an NPS in points, a share with its sign of per cent."""
        return numbers.points(number, digits) if self.metric == Metric.NPS.value else numbers.percent(number, digits)


def of(metric: str) -> Words:
    scale = SCALES[metric]
    good, bad = (f"{scores[0]}–{scores[-1]}" for scores in map(scale.scores_of, (Tier.GOOD, Tier.BAD)))
    scores = {"good": good, "bad": bad}
    if metric == Metric.NPS.value:
        return Words(
            metric,
            _("NPS"),
            _("Promoters"),
            _("Passives"),
            _("Detractors"),
            _(
                "Share of promoters (%(good)s) minus share of detractors (%(bad)s), in points from −100 to 100. Summed "
                "answers, never an average of averages. No answers give no number."
            )
            % scores,
            _(
                "Adjusted Wald: three answers (¾ promoter, 1½ passive, ¾ detractor) are added before it is computed, "
                "so that few answers give a wide interval."
            ),
            _("An NPS needs at least five answers."),
        )
    wilson = _("Wilson: the share is drawn a little to the middle, so that few answers give a wide interval.")
    if metric in (Metric.CSAT, Metric.CSAT10):
        return Words(
            metric,
            _("CSAT") if metric == Metric.CSAT else _("CSAT (1–10)"),
            _("Satisfied"),
            _("Undecided"),
            _("Dissatisfied"),
            _("Share of the satisfied (%(good)s) among all answers, in per cent. No answers give no number.") % scores,
            wilson,
            _("A CSAT needs at least five answers."),
        )
    return Words(
        metric,
        _("CES"),
        _("Easy"),
        _("So-so"),
        _("Hard"),
        _("Share of those who found it easy (%(good)s) among all answers, in per cent. No answers give no number.")
        % scores,
        wilson,
        _("A CES needs at least five answers."),
    )
