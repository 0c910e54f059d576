"""What a survey measures: a scale, what its scores mean, and how they make one number. Pure.

NPS asks how likely a recommendation is (0–10; Reichheld, HBR 12/2003). CSAT asks how satisfied somebody is (1–5; the
share of 4 and 5, “top two boxes”; or 1–10, the share of 8 to 10, for companies whose history has ten points: the two
are never compared). CES asks whether it was made easy (1–7, version 2.0 of CEB; the share of 5 to 7).
No sum, chart or alarm ever holds two of them.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.db.models import Case, CharField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _


class Metric(models.TextChoices):
    NPS = "nps", _("NPS (0–10)")
    CSAT = "csat", _("CSAT (1–5)")
    CSAT10 = "csat10", _("CSAT (1–10)")
    CES = "ces", _("CES (1–7)")


class Presentation(models.TextChoices):
    """How customers see the scores of a scale; the scores are the same."""

    NUMBERS = "numbers", _("numbers")
    SMILEYS = "smileys", _("smileys")
    STARS = "stars", _("stars")


class Category(models.TextChoices):
    """What an answer means, by metric, the best first."""

    PROMOTER = "promoter", _("promoter")
    PASSIVE = "passive", _("passive")
    DETRACTOR = "detractor", _("detractor")
    SATISFIED = "satisfied", _("satisfied")
    UNDECIDED = "undecided", _("neither satisfied nor dissatisfied")
    DISSATISFIED = "dissatisfied", _("dissatisfied")
    EASY = "easy", _("easy")
    SO_SO = "so_so", _("neither easy nor hard")
    HARD = "hard", _("hard")

    @property
    def tier(self) -> "Tier":
        scales = SCALES.values()
        return next(tier for scale in scales for tier, category in scale.categories.items() if category == self)


class Tier(StrEnum):
    """How good an answer is, whatever was measured: what work, colours and orders go by."""

    GOOD = "good"
    MIDDLE = "middle"
    BAD = "bad"


@dataclass(frozen=True)
class Scale:
    """The scores of a metric (`lowest` … `highest`) and where its categories end: bad up to `highest_bad`, and so on.

    `sweep`: so many different buttons pressed within seconds are no person's any more, however impatient.
    `presentations`: as what the scores may be shown; nobody tells ten faces apart.
    """

    metric: Metric
    lowest: int
    highest: int
    highest_bad: int
    highest_middle: int
    categories: Mapping[Tier, Category]
    sweep: int
    presentations: Collection[Presentation] = tuple(Presentation)

    @property
    def scores(self) -> range:
        return range(self.lowest, self.highest + 1)

    @property
    def ends(self) -> str:
        """The scale as a text message writes it: 0-10, in letters of every alphabet."""
        return f"{self.lowest}-{self.highest}"

    def tier_of(self, score: int) -> Tier:
        """Return how good a score of this scale is."""
        if score <= self.highest_bad:
            return Tier.BAD
        return Tier.MIDDLE if score <= self.highest_middle else Tier.GOOD

    def category_of(self, score: int) -> Category:
        return self.categories[self.tier_of(score)]

    def span_of(self, tier: Tier) -> range:
        """Return the scores of a category, which lie side by side."""
        match tier:
            case Tier.BAD:
                return range(self.lowest, self.highest_bad + 1)
            case Tier.MIDDLE:
                return range(self.highest_bad + 1, self.highest_middle + 1)
        return range(self.highest_middle + 1, self.highest + 1)

    def scores_of(self, tier: Tier) -> list[int]:
        return list(self.span_of(tier))

    def spelt(self, *tiers: Tier) -> str:
        """Return the scores of some tiers in a few signs, from the lowest on: 0–6, 9–10."""
        ranges = [self.scores_of(tier) for tier in sorted(tiers, key=self.scores_of)]
        return ", ".join(f"{each[0]}–{each[-1]}" if len(each) > 1 else str(each[0]) for each in ranges)


def _categories(good: Category, middle: Category, bad: Category) -> Mapping[Tier, Category]:
    return {Tier.GOOD: good, Tier.MIDDLE: middle, Tier.BAD: bad}


# The one place of every method's thresholds.
SCALES: Mapping[str, Scale] = {
    scale.metric.value: scale
    for scale in (
        Scale(
            Metric.NPS, 0, 10, 6, 8,
            _categories(Category.PROMOTER, Category.PASSIVE, Category.DETRACTOR), sweep=6,
            presentations=(Presentation.NUMBERS,),
        ),
        Scale(
            Metric.CSAT, 1, 5, 2, 3,
            _categories(Category.SATISFIED, Category.UNDECIDED, Category.DISSATISFIED), sweep=4,
        ),
        Scale(
            Metric.CSAT10, 1, 10, 4, 7,
            _categories(Category.SATISFIED, Category.UNDECIDED, Category.DISSATISFIED), sweep=6,
            presentations=(Presentation.NUMBERS, Presentation.STARS),
        ),
        Scale(Metric.CES, 1, 7, 3, 4, _categories(Category.EASY, Category.SO_SO, Category.HARD), sweep=5),
    )
}  # fmt: skip


Choices = list[tuple[str, str]]


def categories_by_metric(metrics: Collection[str]) -> Choices | list[tuple[str, Choices]]:
    """Return the categories as choices, the worst first; under the names of their metrics where there are several."""
    groups = [(str(Metric(name).label), _choices(SCALES[name])) for name in SCALES if name in metrics]
    return groups if len(groups) > 1 else [choice for _metric, choices in groups for choice in choices]


def _choices(scale: Scale) -> Choices:
    return [(category.value, str(category.label)) for category in reversed(list(scale.categories.values()))]


def category_expression(score: Combinable) -> Case:
    """Return the category of a row by its column `metric` and the expression `score`, for a generated column."""
    return Case(*_cases(score), output_field=CharField(max_length=12))


def _cases(score: Combinable) -> Iterator[When]:
    for scale in SCALES.values():
        limits = ((Tier.BAD, scale.highest_bad), (Tier.MIDDLE, scale.highest_middle), (Tier.GOOD, scale.highest))
        for tier, limit in limits:
            fits = LessThanOrEqual(score, limit)
            yield When(fits, metric=scale.metric.value, then=Value(scale.categories[tier].value))


def score_is_on_its_scale() -> Q:
    """Return the condition that the score of a row lies on the scale of its metric."""
    fits = Q()
    for scale in SCALES.values():
        fits |= Q(metric=scale.metric.value, score__gte=scale.lowest, score__lte=scale.highest)
    return fits


def is_shown_as_its_scale() -> Q:
    """Return the condition that a survey shows its scores as their scale may be shown."""
    fits = Q()
    for scale in SCALES.values():
        fits |= Q(metric=scale.metric.value, presentation__in=[way.value for way in scale.presentations])
    return fits
