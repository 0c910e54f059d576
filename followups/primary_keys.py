"""Primary keys as anybody may write them into an address or a form."""

import re

# The database counts no further than a number of 19 digits.
KEY = re.compile(r"[0-9]{1,18}")


def read(text: str) -> int | None:
    """Return the key that a text is, None where no row can have it."""
    return int(text) if KEY.fullmatch(text) else None
