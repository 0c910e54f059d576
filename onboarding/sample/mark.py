"""The mark by which every page knows that there are sample data, without a question to the database.

It stands in the cache without an end; where the cache has lost it, the next nudge of beat sets it again, seconds later.
"""

from django.core.cache import cache

KEY = "sample-data"


def set_to(are_there: bool) -> None:
    if are_there:
        cache.set(KEY, 1, None)
    else:
        cache.delete(KEY)


def is_set() -> bool:
    return bool(cache.get(KEY))
