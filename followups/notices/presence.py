"""Who looks at a follow-up right now, so that two do not call the same customer.

It is kept in the cache and nowhere else: of no use a minute later, it needs no row, and when the cache is away nobody
is seen and nothing else is lost.
"""

from collections.abc import Mapping

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User

# In seconds: an open page asks every half minute, so one that misses three times is not looked at any more.
SEEN_FOR = 100

# By the key of a person, in words as JSON has it: the name, and when they were seen, in seconds.
Seen = Mapping[str, tuple[str, float]]


def note(followup: int, person: User) -> list[str]:
    """Note that a person looks at a follow-up, and return the names of those others who do.

    Of two who come in the same instant one may be missed until the next half minute.
    """
    now = timezone.now().timestamp()
    seen = _seen(followup, now)
    cache.set(_key(followup), {**seen, str(person.pk): (str(person), now)}, SEEN_FOR)
    return [name for key, (name, _at) in sorted(seen.items()) if key != str(person.pk)]


def is_noted(followup: int, person: User) -> bool:
    """Say whether a person was seen at a follow-up lately, so that they need not be asked for their right to it."""
    return str(person.pk) in _seen(followup, timezone.now().timestamp())


def in_words(names: list[str]) -> str:
    if not names:
        return ""
    if len(names) == 1:
        return _("%(name)s is on it now.") % {"name": names[0]}
    return _("On it now: %(names)s.") % {"names": ", ".join(names)}


def _seen(followup: int, now: float) -> Seen:
    kept: Seen = cache.get(_key(followup)) or {}
    return {key: (name, at) for key, (name, at) in kept.items() if at > now - SEEN_FOR}


def _key(followup: int) -> str:
    return f"presence-{followup}"
