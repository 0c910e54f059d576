"""The words by which the comments of a selection differ: those of its worst answers from those of its best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, TextField

from analytics.explorer import word_search
from analytics.explorer.answers import latest_of_each
from analytics.formulas.distinctive import ENOUGH_COMMENTS, log_odds, telling
from analytics.rollups.cells import Selection
from responses.models import Response
from responses.models.response import WORDS
from responses.word_access import WordAccess
from surveys.metrics import SCALES, Tier

# So many comments of either side are read for a page, the newest.
READ = 2500
SHOWN = 12
SHORTEST = 3

Lexemes = Sequence[str]

# Most words come again and again.
_stem = lru_cache(maxsize=50_000)(word_search.stem)


@dataclass(frozen=True, slots=True)
class TellingWord:
    """A word as it is mostly written, and how many comments of the read ones hold it or another form of it."""

    word: str
    comments: int


@dataclass(frozen=True, slots=True)
class TellingWords:
    """The words that stand out on either side, the most telling first.

    `read`: how many comments of either side were read; `is_all`: whether those are all. `is_enough`: a hundred a side.
    """

    bad: Sequence[TellingWord]
    good: Sequence[TellingWord]
    read: tuple[int, int]
    is_all: bool

    @property
    def is_enough(self) -> bool:
        return min(self.read) >= ENOUGH_COMMENTS


def of(selection: Selection, access: WordAccess) -> TellingWords:
    """Return the telling words of a selection; none where either side has fewer than a hundred comments.

    Comments that `access` hides are not read.
    """
    bad, good = (_comments(selection, tier, access) for tier in (Tier.BAD, Tier.GOOD))
    read = (len(bad), len(good))
    is_all = max(read) <= READ
    if min(read) < ENOUGH_COMMENTS:
        return TellingWords([], [], read, is_all)
    bad, good = bad[:READ], good[:READ]
    ours, theirs = (Counter(stem for each in side for stem in _stems(each)) for side in (bad, good))
    found = telling(log_odds(ours, theirs))
    return TellingWords(
        bad=_written([stem for stem, odds in found.items() if odds.delta > 0], bad),
        good=_written([stem for stem, odds in found.items() if odds.delta < 0], good),
        read=(len(bad), len(good)),
        is_all=is_all,
    )


def _comments(selection: Selection, tier: Tier, access: WordAccess) -> list[Lexemes]:
    """Return the words of the newest comments of a tier as the search knows them, one more than are read."""
    _start, end = selection.period.moments(selection.zone)
    counted = access.readable(selection.narrow(Response.objects.counted()))
    found = latest_of_each(counted, end, selection.next_answer).exclude(comment="")
    found = found.filter(category=SCALES[selection.metric].categories[tier])
    words = Func(WORDS, function="tsvector_to_array", output_field=ArrayField(TextField()))
    return list(found.order_by("-answered_at", "-pk").values_list(words, flat=True)[: READ + 1])


def _stems(lexemes: Iterable[str]) -> set[str]:
    return {_stem(word) for word in lexemes if len(word) >= SHORTEST and word.isalpha()}


def _written(stems: Sequence[str], comments: Sequence[Lexemes]) -> list[TellingWord]:
    """Return how the first stems are mostly written, each with the comments that a search for it finds."""
    forms = Counter(word for lexemes in comments for word in lexemes)
    return [_word(stem, forms, comments) for stem in stems[:SHOWN]]


def _word(stem: str, forms: Counter[str], comments: Sequence[Lexemes]) -> TellingWord:
    begun = {word for word in forms if word.startswith(stem)}
    usual = max((word for word in begun if _stem(word) == stem), key=forms.__getitem__)
    return TellingWord(usual, sum(not begun.isdisjoint(lexemes) for lexemes in comments))
