"""Keeping the topics of comments: those of new comments soon, and all of them whenever the dictionary changes.

Nothing of it happens while a customer waits. What was tapped or set by staff is never touched, and what staff deny is
never found again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts import batches, clock
from accounts.models import User
from accounts.nudges import nudge
from accounts.setaside import Batch
from responses.models import Response, Topic, TopicDictionary
from responses.topics.tagger import Ignored, Patterns, Tagger

TAGGING = Batch("tagging", _("finding topics in comments"), task="responses.tag_comments", model=Response)
# So many comments are read by one transaction.
PART = 5000

# Only the differences are written, so that a change of one word writes little.
KEEP = """
WITH named AS (
    SELECT * FROM unnest(%(responses)s::bigint[], %(topics)s::bigint[]) AS named(response_id, topic_id)
), dropped AS (
    DELETE FROM responses_responsetopic found
    WHERE found.response_id = ANY(%(read)s) AND found.source = 'auto'
      AND (found.response_id, found.topic_id) NOT IN (SELECT response_id, topic_id FROM named)
)
INSERT INTO responses_responsetopic (response_id, topic_id, source, version)
SELECT response_id, topic_id, 'auto', %(version)s FROM named
WHERE NOT EXISTS (
    SELECT FROM responses_topiclabel label
    WHERE label.response_id = named.response_id AND label.topic_id = named.topic_id AND NOT label.is_about
)
ON CONFLICT (response_id, topic_id) DO NOTHING
"""
# A comment that was taken back names nothing.
FORGET = """
DELETE FROM responses_responsetopic found USING responses_response response
WHERE found.source = 'auto' AND response.id = found.response_id AND response.comment = ''
"""

NO_PATTERN = _(
    "“%(line)s” cannot be looked for. Write letters and digits only; an asterisk ends a word of two letters or more."
)


class OutdatedDictionary(Exception):
    """Somebody else has changed the dictionary meanwhile."""


@transaction.atomic
def tag_due(*, limit: int = PART, now: datetime | None = None) -> int:
    """Look for topics in comments that nobody has looked through yet, and return in how many.

    Safe to repeat, to race and to kill. One comment that fails is set aside and stops no other.
    """
    now = now or clock.now()
    run = TAGGING.run(now)
    waiting = Response.objects.untagged().exclude(pk__in=run.resting).order_by("pk")
    found = list(waiting.select_for_update(skip_locked=True, no_key=True).values_list("pk", "folded_comment")[:limit])
    texts = dict(found)
    worked = run.each_alone(list(texts), partial(_tag, texts=texts, dictionary=TopicDictionary.newest(), now=now))
    return sum(worked.results)


def retag() -> int:
    """Read all comments anew where the dictionary has changed since, part by part, and return how many were read.

    Killed anywhere it goes on where it was; a second one at the same time leaves at once. A comment that fails waits
    among the new ones, which tell of it.
    """
    read = 0
    while part := _retag_part():
        read += part
    return read


@transaction.atomic
def publish(*, patterns: Patterns, ignored: Ignored, by: User | None, instead_of: int) -> TopicDictionary:
    """Let a new dictionary hold from now on: new comments are read by it at once, the others soon.

    `instead_of`: the number of the one that was changed. Raises OutdatedDictionary when another holds by now, and
    PatternError where a pattern is none.
    """
    Tagger(patterns, ignored)
    newest = TopicDictionary.objects.select_for_update(no_key=True).get(pk=TopicDictionary.newest().pk)
    if newest.number != instead_of or TopicDictionary.newest() != newest:
        raise OutdatedDictionary
    made = TopicDictionary.objects.create(
        number=newest.number + 1, patterns=patterns, ignored=ignored, made_by=by, made_at=clock.now()
    )
    nudge("responses.retag_comments")
    return made


@transaction.atomic
def _retag_part() -> int:
    newest = TopicDictionary.newest()
    dictionary = TopicDictionary.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=newest.pk).first()
    if dictionary is None or dictionary.is_applied:
        return 0
    known = Response.objects.filter(pk__gt=dictionary.applied_up_to, tagged_at__isnull=False).exclude(comment="")
    texts = dict(known.order_by("pk").values_list("pk", "folded_comment")[:PART])
    if not texts:
        _run(FORGET, {})
        dictionary.finish(at=clock.now())
        return 0
    worked = batches.each_alone(list(texts), partial(_keep, texts=texts, dictionary=dictionary))
    Response.objects.filter(pk__in=[aside.row for aside in worked.set_aside]).update(tagged_at=None)
    dictionary.read_up_to(max(texts))
    return len(texts)


def _tag(ids: Sequence[int], *, texts: Mapping[int, str], dictionary: TopicDictionary, now: datetime) -> int:
    _keep(ids, texts=texts, dictionary=dictionary)
    return Response.objects.filter(pk__in=ids).update(tagged_at=now)


def _keep(ids: Sequence[int], *, texts: Mapping[int, str], dictionary: TopicDictionary) -> None:
    """Write down which topics these comments name."""
    tagger, topic_ids = tagger_of(dictionary.pk), dict(Topic.objects.values_list("slug", "pk"))
    # A topic that is not there any more is found by nobody.
    named = [(pk, topic_ids[slug]) for pk in ids for slug in sorted(tagger.topics(texts[pk]) & topic_ids.keys())]
    _run(
        KEEP,
        {
            "responses": [pk for pk, _topic in named],
            "topics": [topic for _pk, topic in named],
            "read": list(ids),
            "version": dictionary.number,
        },
    )


@lru_cache(maxsize=2)
def tagger_of(pk: int) -> Tagger:
    """Return the tagger of a dictionary, which never changes; it remembers the words that it met."""
    dictionary = TopicDictionary.objects.get(pk=pk)
    return Tagger(dictionary.patterns, dictionary.ignored)


def _run(statement: str, parameters: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
