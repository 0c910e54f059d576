"""The topics that the survey page offers to tap."""

import time
from functools import lru_cache

from responses.models import ResponseTopic, Topic

# A change made in admin shows on the survey page after at most this long.
KEPT_SECONDS = 10

Offer = tuple[tuple[int, str], ...]


def offered(language: str) -> Offer:
    """Return id and name of every topic on offer, in order."""
    return _offered(language, int(time.monotonic() // KEPT_SECONDS))


@lru_cache(maxsize=8)
def _offered(language: str, _period: int) -> Offer:
    topics = Topic.objects.filter(is_offered=True).order_by("position", "pk")
    return tuple((topic.pk, topic.name_in(language)) for topic in topics)


def forget() -> None:
    """Read the topics anew at the next page."""
    _offered.cache_clear()


def tapped(response_id: int | None) -> frozenset[int]:
    """Return the ids of the topics that the customer tapped before."""
    if response_id is None:
        return frozenset()
    taps = ResponseTopic.objects.filter(response_id=response_id, source=ResponseTopic.Source.TAPPED)
    return frozenset(taps.values_list("topic_id", flat=True))
