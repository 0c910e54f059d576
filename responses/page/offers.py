"""What the survey page offers besides the question: topics to tap, places for a public review.

Both are the same for everybody and change rarely, so each process keeps them for some seconds.
"""

import time
from functools import lru_cache

from accounts.customerlanguages import spoken
from responses.models import ResponseTopic, Topic
from surveys.models import ReviewLink
from surveys.reviews import ReviewPlace

# A change made in admin shows on the survey page after at most this long.
KEPT_SECONDS = 10

Offer = tuple[tuple[int, str], ...]


def offered(language: str) -> Offer:
    """Return id and name of every topic on offer, in order; in an added language of those that have a name in it."""
    return _offered(language, _period())


def reviews(brand_id: int) -> tuple[ReviewPlace, ...]:
    """Return the places where customers of a brand may leave a review, in order; none if they are hidden."""
    return _reviews(brand_id, _period())


def _period() -> int:
    return int(time.monotonic() // KEPT_SECONDS)


@lru_cache(maxsize=64)
def _offered(language: str, _period: int) -> Offer:
    topics = Topic.objects.filter(is_offered=True).order_by("position", "pk")
    named = (topic for topic in topics if language in spoken.OWN or topic.names.get(language))
    return tuple((topic.pk, topic.name_in(language)) for topic in named)


@lru_cache(maxsize=64)
def _reviews(brand_id: int, _period: int) -> tuple[ReviewPlace, ...]:
    return tuple(link.place for link in ReviewLink.objects.on_offer().filter(brand=brand_id))


def forget() -> None:
    """Read everything anew at the next page."""
    _offered.cache_clear()
    _reviews.cache_clear()


def tapped(response_id: int | None) -> frozenset[int]:
    """Return the ids of the topics that the customer tapped before."""
    if response_id is None:
        return frozenset()
    taps = ResponseTopic.objects.filter(response_id=response_id, source=ResponseTopic.Source.TAPPED)
    return frozenset(taps.values_list("topic_id", flat=True))
