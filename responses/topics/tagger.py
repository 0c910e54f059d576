"""Which topics a comment names, by a dictionary of words. Pure.

Phrases are looked for first, the longest first; their words stand in order, with at most one other word between two of
them, and belong to nothing else then. What is ignored takes its words away in the same manner and tells nothing. Each
word that is left tells the topics of every pattern that it fits. Comments are not asked for their language: customers
mix them, so the patterns of all languages are looked for at once, those in Cyrillic letters also in Latin ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from responses.topics.patterns import PatternWord, in_latin_letters, normal, parse

# Of each topic and language the patterns, as they are written; of each language those that are ignored.
Patterns = Mapping[str, Mapping[str, Sequence[str]]]
Ignored = Mapping[str, Sequence[str]]

WORD = re.compile(r"[^\W_]+")
# So many different words are remembered with what they tell; of more, nothing is until they come again.
MOST_REMEMBERED = 200_000

Thing = TypeVar("Thing")


class Phrase(NamedTuple):
    """Words that take each other away; without a topic they are ignored. What ranks lower is looked for sooner."""

    rank: tuple[int, int, bool]
    parts: tuple[PatternWord, ...]
    topic: str | None

    @classmethod
    def of(cls, parts: tuple[PatternWord, ...], topic: str | None) -> Phrase:
        """Return a phrase; more words come before fewer, then more letters, then what tells a topic."""
        return cls((-len(parts), -sum(len(part.letters) for part in parts), topic is None), parts, topic)


@dataclass
class Shelf(Generic[Thing]):
    """Finds what belongs to a word, by the whole of it and by each of its beginnings."""

    whole: dict[str, list[Thing]] = field(default_factory=dict)
    by_beginning: dict[str, list[Thing]] = field(default_factory=dict)
    lengths: set[int] = field(default_factory=set)

    def put(self, part: PatternWord, thing: Thing) -> None:
        kept = self.by_beginning if part.is_beginning else self.whole
        kept.setdefault(part.letters, []).append(thing)
        if part.is_beginning:
            self.lengths.add(len(part.letters))

    def of(self, word: str) -> Iterator[Thing]:
        yield from self.whole.get(word, ())
        for length in self.lengths:
            if length <= len(word):
                yield from self.by_beginning.get(word[:length], ())


class KnownWord(NamedTuple):
    """What a word tells: its topics, and the phrases that it may begin."""

    topics: frozenset[str]
    phrases: tuple[Phrase, ...]


class Tagger:
    """A dictionary, ready to read comments by it. Raises PatternError where a pattern is none.

    One thread at a time; it grows by the words that it meets, up to some tens of megabytes.
    """

    def __init__(self, patterns: Patterns, ignored: Ignored) -> None:
        self._topics: Shelf[str] = Shelf()
        self._phrases: Shelf[Phrase] = Shelf()
        self._remembered: dict[str, KnownWord] = {}
        for topic, by_language in patterns.items():
            for pattern in (pattern for written in by_language.values() for pattern in written):
                self._learn(parse(pattern), topic)
        for pattern in (pattern for written in ignored.values() for pattern in written):
            parts = parse(pattern)
            self._phrases.put(parts[0], Phrase.of(parts, None))

    def topics(self, comment: str) -> frozenset[str]:
        """Return the topics that a comment names; none of an empty one. Folded comments are as welcome as others."""
        words = WORD.findall(normal(comment))
        known = [self._remembered.get(word) or self._look_up(word) for word in words]
        found: set[str] = set()
        if any(each.phrases for each in known):
            phrases, taken = self._phrases_in(words, known)
            found.update(phrases)
            known = [each for each, is_taken in zip(known, taken, strict=True) if not is_taken]
        for each in known:
            found |= each.topics
        return frozenset(found)

    def _learn(self, parts: tuple[PatternWord, ...], topic: str) -> None:
        if len(parts) > 1:
            self._phrases.put(parts[0], Phrase.of(parts, topic))
            return
        for part in (*parts, *in_latin_letters(parts[0])):
            self._topics.put(part, topic)

    def _look_up(self, word: str) -> KnownWord:
        known = KnownWord(frozenset(self._topics.of(word)), tuple(self._phrases.of(word)))
        if len(self._remembered) < MOST_REMEMBERED:
            self._remembered[word] = known
        return known

    def _phrases_in(self, words: Sequence[str], known: Sequence[KnownWord]) -> tuple[list[str], list[bool]]:
        """Return the topics of the phrases in a comment, and of each word whether a phrase took it."""
        taken = [False] * len(words)
        begun = [(phrase, place) for place, each in enumerate(known) for phrase in each.phrases]
        found = []
        for phrase, place in sorted(begun, key=lambda each: each[0].rank):
            if places := _places(phrase, place, words, taken):
                for each in places:
                    taken[each] = True
                if phrase.topic is not None:
                    found.append(phrase.topic)
        return found, taken


def _places(phrase: Phrase, first: int, words: Sequence[str], taken: Sequence[bool]) -> list[int]:
    """Return where the words of a phrase stand that begins at `first`; nothing where it does not stand there."""
    if taken[first]:
        return []
    places = [first]
    for part in phrase.parts[1:]:
        near = range(places[-1] + 1, min(places[-1] + 3, len(words)))
        place = next((each for each in near if not taken[each] and part.fits(words[each])), None)
        if place is None:
            return []
        places.append(place)
    return places
