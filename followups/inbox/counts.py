"""How many follow-ups are in each list. Exact where a person sees few; of many, at most half a minute old."""

import hashlib
import json
from collections.abc import Mapping

from django.core.cache import cache
from django.db.models import Count, Q

from accounts.models import User
from followups.models import Followup

# Counting reads every open row that a person may see. Up to so many it is done each time …
FEW = 1000
# … and beyond that once in so many seconds.
KEPT_SECONDS = 30
EVERY = "every"


def counted(user: User, lists: Mapping[str, Q]) -> dict[str, int]:
    """Return how many open follow-ups each list holds, in one query; a name must say all that it depends on."""
    key = _key(user, lists)
    if (kept := cache.get(key)) is not None:
        return dict(kept)
    names = {f"n{number}": Count("pk", filter=holds) for number, holds in enumerate(lists.values())}
    found = Followup.objects.visible_to(user).open().aggregate(**names, **{EVERY: Count("pk")})
    sizes = {name: found[f"n{number}"] for number, name in enumerate(lists)}
    if found[EVERY] > FEW:
        cache.set(key, sizes, KEPT_SECONDS)
    return sizes


def _key(user: User, lists: Mapping[str, Q]) -> str:
    whose = [user.pk, user.team_id, user.sees_all_teams, *sorted(lists)]
    return "inbox-counts-" + hashlib.sha256(json.dumps(whose).encode()).hexdigest()
