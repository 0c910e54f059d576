"""Passwords that are easy to guess for somebody who knows the person or the company."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Brand, User

# What must be left of a password once the words that everybody here knows are taken out of it.
SHORTEST_REST = 8
FEWEST_DIFFERENT = 5
SHORTEST_WORD = 3
# A word that anybody tries first.
ALWAYS_KNOWN = (
    "plumb",
    "password",
    "passwort",
    "parol",
    "пароль",
    "slaptazodis",
    "qwerty",
    "йцукен",
    "welcome",
    "admin",
)
# What people write for letters.
STANDS_FOR = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})

Words = Callable[[], Iterable[str]]
_known: list[Words] = []


def know(words: Words) -> None:
    """Let the names that `words` returns be refused in passwords; apps above add what the company sells."""
    _known.append(words)


class GuessablePasswordValidator:
    """Refuse passwords made of names of the person, the company or its products, or of repetitions."""

    def validate(self, password: str, user: User | None = None) -> None:
        folded = _folded(password)
        plain = folded.translate(STANDS_FOR)
        words = sorted({*_words_here(), *_words_of(user)}, key=len, reverse=True)
        rest = min((_without(words, text) for text in (folded, plain)), key=len)
        if _is_monotonous(folded) or (rest != folded and len(rest) < SHORTEST_REST):
            raise ValidationError(self.get_help_text(), code="password_guessable")

    def get_help_text(self) -> str:
        return _(
            "Not your name, the company's or a product's, and nothing repeated or in a row: those are tried first."
        )


def _words_here() -> Iterator[str]:
    yield from ALWAYS_KNOWN
    for name in Brand.objects.values_list("name", flat=True):
        yield from _parts(name)
    for words in _known:
        for name in words():
            yield from _parts(name)


def _words_of(person: User | None) -> Iterator[str]:
    if person is not None:
        yield from _parts(person.name)
        yield from _parts(person.email or "")


def _parts(name: str) -> Iterator[str]:
    """Return the words of a name, and the name as one word."""
    parts = [_folded(part) for part in re.split(r"[\W_]+", name)]
    yield from (part for part in [*parts, "".join(parts)] if len(part) >= SHORTEST_WORD)


def _folded(text: str) -> str:
    """Return the letters and digits of a text, in lower case and without accents."""
    spelled = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in spelled if character.isalnum())


def _without(words: Iterable[str], text: str) -> str:
    for word in words:
        text = text.replace(word, "")
    return text


def _is_monotonous(text: str) -> bool:
    """Say whether a text has few different characters, repeats one word, or runs up or down an alphabet."""
    steps = [ord(after) - ord(before) for before, after in pairwise(text)]
    in_a_row = max((steps.count(step) for step in (-1, 0, 1)), default=0)
    is_repeated = bool(re.fullmatch(r"(.{1,10}?)\1+", text))
    return len(set(text)) < FEWEST_DIFFERENT or is_repeated or in_a_row > 0.6 * len(text)
