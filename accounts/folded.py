"""Text as it is searched: without case, accents and apostrophes. `seán o’brien` is found by `SEAN OBRIEN`.

`fold` and the SQL function `accounts_folded` do the same; a test holds them equal. What is searched often stands folded
in a generated column, so that no writer can forget it.
"""

import re
import unicodedata
from typing import Any

from django.db import models

# Letters that Unicode does not take apart into a letter and its mark.
SINGLE = str.maketrans("øłđðħıς", "olddhiσ")
DOUBLE = (("ß", "ss"), ("æ", "ae"), ("œ", "oe"), ("þ", "th"))
# Combining marks, and what is written for an apostrophe.
DROPPED = re.compile("[\u0300-\u036f'`´ʹʻʼ‘’′]")


def fold(text: str) -> str:
    """Return `text` in small letters without marks and apostrophes, in the compatible form of Unicode."""
    folded = DROPPED.sub("", unicodedata.normalize("NFKD", text)).lower().translate(SINGLE)
    for letter, letters in DOUBLE:
        folded = folded.replace(letter, letters)
    return folded


class Folded(models.Func):
    """The same in SQL, of an expression."""

    function = "accounts_folded"
    output_field = models.TextField()


@models.Field.register_lookup
class Holds(models.Lookup[bool]):
    """`folded__holds=word`: the word occurs in it. Takes half the time of LIKE."""

    lookup_name = "holds"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        text, of_text = self.process_lhs(compiler, connection)
        word, of_word = self.process_rhs(compiler, connection)
        return f"STRPOS({text}, {word}) > 0", (*of_text, *of_word)
