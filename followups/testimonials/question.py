"""The question on the page of thanks whether somebody may be quoted: after words of their own, where a brand asks."""

import time
from functools import lru_cache

from django.urls import reverse
from django.utils.html import escape

from accounts import clock
from followups.models import QuotePolicy
from responses.page.extras import Thanked, register
from responses.page.steps import compiled

# A change made in admin shows on the page after at most this long.
KEPT_SECONDS = 10


def question(thanked: Thanked) -> str:
    """Return the form that asks, "" where nothing was written or the brand does not ask such customers."""
    if not thanked.words.strip() or thanked.tier not in _asked(int(time.monotonic() // KEPT_SECONDS)).get(
        thanked.brand_id, ()
    ):
        return ""
    return compiled("_quote_question", thanked.language).fill(
        {
            "action": escape(reverse("quote", args=[thanked.token])),
            "brand": escape(thanked.brand),
            "comment": escape(thanked.words),
            "shown": str(int(clock.now().timestamp() * 1000)),
        }
    )


@lru_cache(maxsize=1)
def _asked(_period: int) -> dict[int, tuple[str, ...]]:
    return {policy.brand_id: tuple(policy.tiers) for policy in QuotePolicy.objects.exclude(tiers=[])}


def forget() -> None:
    """Read everything anew at the next page."""
    _asked.cache_clear()


register(question)
