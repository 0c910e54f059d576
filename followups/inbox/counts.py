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


class ListSizes:
    """The sizes of the lists of one person. What is foreseen is counted together, in one query, with what is asked for.

    The name of a list must say all that it depends on.
    """

    def __init__(self, user: User) -> None:
        self._user = user
        self._foreseen: dict[str, Q] = {}
        self._found: dict[str, int] = {}

    def foresee(self, lists: Mapping[str, Q]) -> None:
        """Count these lists too, when the next one is counted."""
        self._foreseen |= lists

    def of(self, lists: Mapping[str, Q]) -> dict[str, int]:
        """Return how many open follow-ups each list holds."""
        self.foresee(lists)
        if not self._found.keys() >= lists.keys():
            self._find(self._foreseen)
        return {name: self._found[name] for name in lists}

    def _find(self, lists: Mapping[str, Q]) -> None:
        keys = {self._key(name): name for name in lists}
        self._found |= {keys[key]: size for key, size in cache.get_many(keys).items()}
        if missing := {name: holds for name, holds in lists.items() if name not in self._found}:
            self._found |= self._count(missing)

    def _count(self, lists: Mapping[str, Q]) -> dict[str, int]:
        numbered = {f"n{number}": Count("pk", filter=holds) for number, holds in enumerate(lists.values())}
        found = Followup.objects.visible_to(self._user).open().aggregate(**numbered, **{EVERY: Count("pk")})
        sizes = {name: found[f"n{number}"] for number, name in enumerate(lists)}
        if found[EVERY] > FEW:
            cache.set_many({self._key(name): size for name, size in sizes.items()}, KEPT_SECONDS)
        return sizes

    def _key(self, name: str) -> str:
        whose = [self._user.pk, self._user.team_id, self._user.sees_all_teams, name]
        return "inbox-count-" + hashlib.sha256(json.dumps(whose).encode()).hexdigest()
