"""New words for the dictionary, learned once a day from comments that customers or staff have put under topics.

A word is proposed when comments about a topic hold it more often than other labelled comments do, by more than chance
(log-odds, judged together), and when most comments that hold it are about the topic. Nothing is taken up by itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from analytics.explorer import word_search
from analytics.formulas.distinctive import log_odds, telling
from analytics.models import WordProposal
from responses.models import Response, ResponseTopic, Topic, TopicDictionary
from responses.topics import upkeep
from responses.topics.patterns import normal
from responses.topics.tagger import WORD, Tagger

# So many labelled comments are read, the newest.
READ = 50_000
# Of the comments that hold a word so many must be about the topic.
PRECISION = 0.6
SHORTEST = 3
MOST_OF_A_TOPIC = 20

_stem = cache(word_search.stem)


class Labelled(NamedTuple):
    """A comment that somebody has put under topics: its language, the words in it, and the topics."""

    language: str
    words: frozenset[str]
    topics: frozenset[int]


class Heard(NamedTuple):
    """In which forms and in which languages each stem stands in comments, counted."""

    forms: Mapping[str, Counter[str]]
    languages: Mapping[str, Counter[str]]


def propose(*, now: datetime) -> int:
    """Propose words anew and return how many wait for a decision; what was decided is not proposed again."""
    dictionary = TopicDictionary.newest()
    tagger, comments = Tagger(dictionary.patterns, dictionary.ignored), _labelled()
    heard = _heard(comments)
    found = [each for topic in Topic.objects.all() for each in _of_topic(topic, comments, heard, tagger, now)]
    _stem.cache_clear()
    with transaction.atomic():
        WordProposal.objects.open().delete()
        WordProposal.objects.bulk_create(found, ignore_conflicts=True)
    return WordProposal.objects.open().count()


@transaction.atomic
def decide(proposal_id: int, *, is_accepted: bool, by: User, now: datetime) -> bool:
    """Take a word into the dictionary, or dismiss it; it is never proposed again.

    False, and nothing is done, where it does not wait for a decision any more. Raises OutdatedDictionary where somebody
    changes the words at the same moment.
    """
    proposal = WordProposal.objects.open().select_for_update().filter(pk=proposal_id).first()
    if proposal is None:
        return False
    proposal.decide(is_accepted=is_accepted, by=by, at=now)
    if is_accepted:
        _take_up(proposal, by)
    return True


def _take_up(proposal: WordProposal, by: User) -> None:
    newest, slug, language = TopicDictionary.newest(), proposal.topic.slug, proposal.language
    of_topic = newest.patterns.get(slug, {})
    words = {**of_topic, language: list(dict.fromkeys([*of_topic.get(language, ()), proposal.pattern]))}
    upkeep.publish(patterns={**newest.patterns, slug: words}, ignored=newest.ignored, by=by, instead_of=newest.number)


def _labelled() -> list[Labelled]:
    """Return the newest comments whose topics a customer or staff have told."""
    told = Q(response_topics__source__in=[ResponseTopic.Source.TAPPED, ResponseTopic.Source.MANUAL])
    found = Response.objects.counted().exclude(comment="").filter(told)
    rows = found.order_by("-pk").values_list("language", "folded_comment", ArrayAgg("response_topics__topic"))[:READ]
    return [Labelled(language, frozenset(_words(comment)), frozenset(topics)) for language, comment, topics in rows]


def _words(comment: str) -> Iterator[str]:
    return (word for word in WORD.findall(normal(comment)) if len(word) >= SHORTEST and word.isalpha())


def _heard(comments: Sequence[Labelled]) -> Heard:
    forms, languages = defaultdict[str, Counter[str]](Counter), defaultdict[str, Counter[str]](Counter)
    for comment in comments:
        for word in comment.words:
            stem = _stem(word)
            forms[stem][word] += 1
            languages[stem][comment.language] += 1
    return Heard(forms, languages)


def _of_topic(
    topic: Topic, comments: Sequence[Labelled], heard: Heard, tagger: Tagger, now: datetime
) -> list[WordProposal]:
    ours, theirs = Counter[str](), Counter[str]()
    for comment in comments:
        (ours if topic.pk in comment.topics else theirs).update({_stem(word) for word in comment.words})
    stems = {
        stem: odds.z
        for stem, odds in telling(log_odds(ours, theirs)).items()
        if odds.delta > 0 and ours[stem] >= PRECISION * odds.comments
    }
    unknown = [stem for stem in stems if topic.slug not in tagger.topics(_most(heard.forms[stem]))]
    return [
        WordProposal(
            topic=topic,
            language=_most(heard.languages[stem]),
            pattern=f"{stem}*",
            comments=ours[stem] + theirs[stem],
            of_topic=ours[stem],
            z=stems[stem],
            proposed_at=now,
        )
        for stem in unknown[:MOST_OF_A_TOPIC]
    ]


def _most(counted: Counter[str]) -> str:
    return counted.most_common(1)[0][0]
