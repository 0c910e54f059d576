"""The texts of customers' pages and letters that are the same for every survey, as they stand in the sources."""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

FILE = Path(__file__).with_name("words.json")
# Where customers read them, in the order of the file.
PLACES: Mapping[str, Promise] = {
    "page": _("Survey page"),
    "letters": _("Letters, and unsubscribing"),
    "afterwards": _("After the answer: being quoted, recommending, solved or not, offers"),
}
LONGEST = 1000
# Templates put these texts into HTML as they are, into attributes too.
MARKUP = frozenset('<>"')
# What is filled in, in the three spellings of the sources.
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")


class CustomerWord(NamedTuple):
    """One text: English, as it stands in the sources, and what tells it from a text that reads the same."""

    text: str
    place: str
    context: str = ""

    @property
    def key(self) -> str:
        """By what the words of a language name it."""
        return f"{self.context}\x04{self.text}" if self.context else self.text

    @property
    def placeholders(self) -> list[str]:
        return sorted(set(PLACEHOLDER.findall(self.text)))


@cache
def all_words() -> tuple[CustomerWord, ...]:
    return tuple(CustomerWord(**word) for word in json.loads(FILE.read_text()))


def missing(words: Mapping[str, str]) -> list[CustomerWord]:
    """Return what `words`, by key, do not say."""
    return [word for word in all_words() if not words.get(word.key, "").strip()]


def fault(word: CustomerWord, said: str) -> str:
    """Return what is wrong with a translation, for people; "" where nothing is, or nothing is said."""
    if not said:
        return ""
    if len(said) > LONGEST:
        return gettext("Use at most %(limit)d characters.") % {"limit": LONGEST}
    if any(unicodedata.category(sign) in ("Cc", "Co", "Cs") for sign in said):
        return gettext("Write it in one line, without characters that cannot be seen.")
    if set(said) & MARKUP:
        return gettext("Leave out <, > and straight double quotation marks; write “ and ” as your language does.")
    found = sorted(set(PLACEHOLDER.findall(said)))
    if found == word.placeholders and "%" not in PLACEHOLDER.sub("", said):
        return ""
    if not word.placeholders:
        return gettext("Nothing is filled in here: leave out %(placeholders)s.") % {
            "placeholders": ", ".join(found) or "%"
        }
    return gettext("Keep exactly these, which are filled in: %(placeholders)s.") % {
        "placeholders": ", ".join(word.placeholders)
    }
