"""What customers said to further questions: counted over the very answers that a dashboard counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.db.models import Count, F, Func, QuerySet, TextField, Window
from django.db.models.functions import RowNumber

from analytics import top_share
from analytics.counts import FEW
from analytics.estimates import Interval
from analytics.explorer import answers
from analytics.further.questions import AskedQuestion, known
from analytics.rollups.cells import Selection
from responses.models import FurtherAnswer
from responses.word_access import WordAccess
from surveys.metrics import SCALES, Tier
from surveys.wording.further import QuestionKind

NEWEST = 10


class Unnested(Func):
    function = "unnest"
    output_field = TextField()
    set_returning = True


@dataclass(frozen=True, slots=True)
class ChoiceCount:
    """How many of `said` answers chose something, after which scores; the interval is Wilson's."""

    value: str
    text: str
    by_tier: Mapping[Tier, int]
    said: int

    @property
    def number(self) -> int:
        return sum(self.by_tier.values())

    @property
    def share(self) -> float | None:
        """In per cent; None where so few answered that only counts are shown."""
        return 100 * self.number / self.said if self.said >= FEW else None

    @property
    def interval(self) -> Interval | None:
        return top_share.of_share(self.number, self.said) if self.said >= FEW else None


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """One question: how many said something to it, what they chose, the mean of a scale, the newest words."""

    asked: AskedQuestion
    said: Mapping[Tier, int]
    choices: Sequence[ChoiceCount]
    words: Sequence[FurtherAnswer]

    @property
    def number(self) -> int:
        return sum(self.said.values())

    @property
    def mean(self) -> float | None:
        if self.asked.question.kind is not QuestionKind.SCALE or self.number < FEW:
            return None
        return sum(int(choice.value) * choice.number for choice in self.choices) / self.number


Counted: TypeAlias = Counter[tuple[str, str, Tier]]
FurtherQuerySet: TypeAlias = QuerySet[FurtherAnswer]
ByTier: TypeAlias = Mapping[Tier, int]


def read(selection: Selection, access: WordAccess) -> list[QuestionReport]:
    """Return each question that was asked with the metric, in the order of its survey; five queries at most."""
    asked = [one for one in known().values() if one.survey.metric == selection.metric]
    if not asked:
        return []
    found = answers.of_selection(selection).order_by()
    given = FurtherAnswer.objects.standing().filter(response__in=found)
    tiers = {category.value: tier for tier, category in SCALES[selection.metric].categories.items()}
    said: Counter[tuple[str, Tier]] = Counter()
    for key, category, count in given.values_list("key", "response__category").annotate(count=Count("pk")):
        said[key, tiers[category]] += count
    chosen: Counted = Counter()
    for key, value, category, count in _chosen(given):
        chosen[key, str(value), tiers[category]] += count
    shown = [one for one in asked if selection.surveys is None or one.survey.pk in selection.surveys]
    words = _newest_words(given, access)
    return [_report(one, said, chosen, words[one.key]) for one in sorted(shown, key=_in_order)]


def _report(
    asked: AskedQuestion, said: Counter[tuple[str, Tier]], chosen: Counted, words: Sequence[FurtherAnswer]
) -> QuestionReport:
    of_all = {tier: said[asked.key, tier] for tier in Tier}
    choices = [
        ChoiceCount(value, text, {tier: chosen[asked.key, value, tier] for tier in Tier}, sum(of_all.values()))
        for value, text in asked.choices()
    ]
    return QuestionReport(asked, of_all, choices, words)


def _in_order(asked: AskedQuestion) -> tuple[bool, str, int, int]:
    return asked.survey.is_archived, asked.survey.name, asked.survey.pk, asked.place


def _chosen(given: FurtherQuerySet) -> Iterator[tuple[str, str | int, str, int]]:
    options = given.exclude(options=[]).annotate(option=Unnested(F("options")))
    yield from options.values_list("key", "option", "response__category").annotate(count=Count("pk"))
    numbers = given.exclude(number=None)
    yield from numbers.values_list("key", "number", "response__category").annotate(count=Count("pk"))


def _newest_words(given: FurtherQuerySet, access: WordAccess) -> Mapping[str, Sequence[FurtherAnswer]]:
    """Return the newest words to each question, those that `access` hides left out; where to call is no such word."""
    rank = Window(RowNumber(), partition_by="key", order_by=("-response__answered_at", "-response"))
    readable = given.exclude(words="").filter(number=None).exclude(access.withheld("response__"))
    newest = readable.annotate(rank=rank).filter(rank__lte=NEWEST).select_related("response")
    found: defaultdict[str, list[FurtherAnswer]] = defaultdict(list)
    for answer in newest.order_by("key", "rank"):
        found[answer.key].append(answer)
    return found
