"""What the survey page offers besides the question: topics to tap, places for a public review.

Both are the same for everybody and change rarely, so each process keeps them for some seconds.
"""

import time
from functools import lru_cache

from accounts.models import ReviewLink
from responses.models import ResponseTopic, Topic

# A change made in admin shows on the survey page after at most this long.
KEPT_SECONDS = 10

Offer = tuple[tuple[int, str], ...]
Reviews = tuple[tuple[str, str], ...]


def offered(language: str) -> Offer:
    """Return id and name of every topic on offer, in order."""
    return _offered(language, _period())


def reviews(brand_id: int, language: str) -> Reviews:
    """Return address and name of each place where customers may leave a review, in order; none if it is hidden."""
    return _reviews(brand_id, language, _period())


def _period() -> int:
    return int(time.monotonic() // KEPT_SECONDS)


@lru_cache(maxsize=8)
def _offered(language: str, _period: int) -> Offer:
    topics = Topic.objects.filter(is_offered=True).order_by("position", "pk")
    return tuple((topic.pk, topic.name_in(language)) for topic in topics)


@lru_cache(maxsize=256)
def _reviews(brand_id: int, language: str, _period: int) -> Reviews:
    links = ReviewLink.objects.filter(brand=brand_id, brand__offers_reviews=True, language__in=("", language))
    return tuple(links.order_by("position", "pk").values_list("url", "name"))


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
