"""What stands in a letter for something that is given with it: `{compensation}` says what, `{code}` is its code.

Both are filled in when the letter is written for the customer, so that a code stands in no outbox and in no history.
"""

import re

from accounts.customerlanguages import spoken
from followups.models import CodePool, Compensation
from followups.models.gift import words_of

CODE, COMPENSATION = "code", "compensation"
FIELDS = re.compile(r"\{(code|compensation)\}")
# In the place of a code that the reader may not see.
HIDDEN = "••••••"


def used_in(text: str) -> frozenset[str]:
    """Return which of the fields a text has."""
    return frozenset(FIELDS.findall(text))


def filled(text: str, *, words: str, code: str) -> str:
    """Return a text with its fields filled in; what is put in is not read again."""
    values = {CODE: code, COMPENSATION: words}
    return FIELDS.sub(lambda found: values[found[1]], text)


def words_in(language: str, given: Compensation | CodePool) -> str:
    """Return what is given in the words of a language; a pool gives one of its codes."""
    with spoken.speaking(language):
        return words_of(given.kind, given.amount, given.currency)
