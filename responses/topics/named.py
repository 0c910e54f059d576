"""Which topics answers name, as of now: also those whose comments nobody has looked through yet."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from responses.models import Response, ResponseTopic, Topic, TopicDictionary, TopicLabel
from responses.topics.upkeep import tagger_of


def named_by(responses: Sequence[Response]) -> Mapping[int, frozenset[int]]:
    """Return the keys of the topics of each answer, by its key; one query, and four more where comments are new.

    What was tapped, found or set by staff, and what the dictionary finds in a new comment, which is written down by
    others; never what staff deny.
    """
    found: defaultdict[int, set[int]] = defaultdict(set)
    keys = [response.pk for response in responses]
    for response, topic in ResponseTopic.objects.filter(response__in=keys).values_list("response", "topic"):
        found[response].add(topic)
    fresh = [response for response in responses if response.comment and response.tagged_at is None]
    for response, topic in _found_in(fresh):
        found[response].add(topic)
    return {key: frozenset(found[key]) for key in keys}


def found_in(comment: str) -> frozenset[int]:
    """Return the keys of the topics that the newest dictionary finds in words that belong to no answer."""
    if not comment:
        return frozenset()
    slugs = tagger_of(TopicDictionary.newest().pk).topics(comment)
    return frozenset(Topic.objects.filter(slug__in=list(slugs)).values_list("pk", flat=True))


def _found_in(fresh: Sequence[Response]) -> set[tuple[int, int]]:
    if not fresh:
        return set()
    tagger, keys = tagger_of(TopicDictionary.newest().pk), dict(Topic.objects.values_list("slug", "pk"))
    found = {
        (response.pk, keys[slug]) for response in fresh for slug in tagger.topics(response.comment) if slug in keys
    }
    denied = TopicLabel.objects.filter(response__in=[response.pk for response in fresh], is_about=False)
    return found - set(denied.values_list("response", "topic"))
