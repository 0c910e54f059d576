"""What a change of the dictionary would do, seen on the newest comments before anything is saved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.models import User
from analytics.explorer import word_search
from followups.customers import visibility
from responses.models import Response
from responses.topics.patterns import normal
from responses.topics.tagger import Ignored, Patterns, Tagger
from responses.word_access import WordAccess

# So many comments are read for a page, the newest; of each kind so many are shown.
READ = 5000
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Preview:
    """Of `read` comments: those that match by the new words, those that newly do, and those that do not any more.

    `elsewhere`: how many change under other topics, for a phrase takes its words from all of them.
    """

    read: int
    matching: Sequence[Response]
    newly: Sequence[Response]
    no_longer: Sequence[Response]
    elsewhere: int

    @property
    def lists(self) -> Iterable[tuple[str, int, Sequence[Response]]]:
        """The three lists by name, each with how many there are and the newest of them."""
        return [
            (name, len(found), found[:SHOWN])
            for name, found in (("newly", self.newly), ("no_longer", self.no_longer), ("matching", self.matching))
        ]


def of(before: tuple[Patterns, Ignored], after: tuple[Patterns, Ignored], topic: str | None, user: User) -> Preview:
    """Return what becomes of the comments that a person may read; of any topic where None is given.

    Raises PatternError where a pattern is none.
    """
    old, new = Tagger(*before), Tagger(*after)
    readable = WordAccess.of(user).readable(visibility.answers_of(user))
    comments = list(readable.counted().exclude(comment="").order_by("-answered_at", "-pk")[:READ])
    matching, newly, no_longer, elsewhere = [], [], [], 0
    for response in comments:
        was, will_be = old.topics(response.folded_comment), new.topics(response.folded_comment)
        ours_before, ours_after = _of(topic, was), _of(topic, will_be)
        matching += [response] * bool(ours_after)
        newly += [response] * bool(ours_after - ours_before)
        no_longer += [response] * bool(ours_before - ours_after)
        elsewhere += was - ours_before != will_be - ours_after
    return Preview(len(comments), matching, newly, no_longer, elsewhere)


def beginnings(words: Iterable[str]) -> list[tuple[str, str]]:
    """Return of whole words by which beginning all their forms would be found, where there is one."""
    pairs = [(word, f"{word_search.stem(normal(word))}*") for word in words if word.isalpha()]
    return [(word, beginning) for word, beginning in pairs if beginning != f"{normal(word)}*"]


def _of(topic: str | None, topics: frozenset[str]) -> frozenset[str]:
    return topics if topic is None else topics & {topic}
