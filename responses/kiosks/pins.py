"""The PIN by which staff leave a kiosk. It is checked on the tablet, which may be without a network just then.

So each tablet holds the slow salted hash, as Django writes it (`pbkdf2_sha256$rounds$salt$hash`). Whoever takes a
tablet apart can try all PINs of four digits within hours. What a PIN opens is worth no more than that: it leaves the
full screen and shows how much waits to be sent; no answer and no page of staff lies behind it.
"""

import re
from itertools import pairwise

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access.limits import HOUR, MINUTE, Limit, take

ROUNDS = 600_000
WRITTEN = re.compile(r"[0-9]{4,12}")
STEPS = {1, -1}


def problem(pin: str) -> Promise | None:
    """Return what is wrong with a PIN, None where it will do."""
    if not WRITTEN.fullmatch(pin):
        return _("Write 4 to 12 digits.")
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    if len(steps) == 1 and steps <= {0, *STEPS}:
        return _("This is the first that anybody would try. Choose another one.")
    return None


def kept(pin: str, *, rounds: int = ROUNDS) -> str:
    """Return what is kept of a PIN."""
    hasher = PBKDF2PasswordHasher()
    return hasher.encode(pin, hasher.salt(), rounds)


def is_right(pin: str, pin_hash: str) -> bool:
    return bool(pin_hash and WRITTEN.fullmatch(pin)) and PBKDF2PasswordHasher().verify(pin, pin_hash)


def may_try(tablet_id: int) -> bool:
    """Count one attempt that a tablet makes here, and say whether it is within the limits."""
    name = f"PIN of kiosk tablet {tablet_id}"
    return take([Limit(f"{name} now", 5, MINUTE), Limit(name, 30, HOUR)])
