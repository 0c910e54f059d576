"""Which arm of an experiment a contact gets: by chance as far as anybody can tell, and always the same. Pure."""

from collections.abc import Sequence
from hashlib import blake2b


def place(key: str, contact_id: int, shares: Sequence[int]) -> int:
    """Return the place of the arm that a contact gets, where arms have these shares.

    A keyed hash (BLAKE2b, RFC 7693): without `key`, which every experiment has of its own, nobody can foresee it, and
    the arms of one experiment say nothing of those of another. `shares` are whole and may add up to anything; an arm
    whose share is 0 is never drawn. Raises ValueError where they add up to nothing.
    """
    total = sum(shares)
    if total <= 0 or min(shares) < 0:
        raise ValueError("shares are not below 0 and add up to more")
    drawn = int.from_bytes(blake2b(str(contact_id).encode(), key=key.encode(), digest_size=8).digest())
    point = drawn * total >> 64
    for index, share in enumerate(shares):
        if point < share:
            return index
        point -= share
    raise AssertionError("the point lies below the total")  # pragma: no cover
