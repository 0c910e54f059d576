"""Whether a comment names a person, in any of the languages that customers write. Pure.

Names and words are compared by how they sound in Latin letters, so that “Сергей”, “Сергій” and “Serhii” are one, and
as whole words: a word names somebody when it is a part of their name in some case. Of Ukrainian, Russian and Lithuanian
that is the regular declension with its usual changes (Ользі, Федора, Павла, Petraičio), of English the possessive.

Not caught: pet names (Льоша, Саша), slips of the pen, initials, names of one or two letters, and stems that change
otherwise (Лев – Льва, Швець – Шевця). Caught by mistake: a namesake, and words that are written like a name (надія,
rasa).
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from accounts.folded import fold

WORD = re.compile(r"[^\W\d_]+")
SHORTEST = 3
VOWELS = "aeiou"

_LETTERS = "а б в г ґ д е є ж з и і й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я"
_SOUNDS = "a b v h h d e ie z z i i i k l m n o p r s t u f h c c s sc - i - e iu ia"
SOUNDS = str.maketrans(dict(zip(_LETTERS.split(), _SOUNDS.replace("-", "").split(" "), strict=True)))
# However one writes the same sound in Latin letters.
SPELLINGS = (("sch", "sc"), ("shch", "sc"), ("sh", "s"), ("ch", "c"), ("zh", "z"), ("kh", "h"), ("ts", "c"),
             ("ks", "x"), ("ck", "k"), ("g", "h"), ("w", "v"), ("y", "i"), ("j", "i"), ("q", "k"))  # fmt: skip
DOUBLED = re.compile(r"([^aeou])\1")

# What may follow a stem, by sound: cases of Ukrainian and Russian, of Lithuanian, the English possessive.
_ENDINGS = """
    a ia o io e ie i u iu oiu eiu ieiu oi ei iei om em iem im am iam ovi evi ievi oho eho omu emu ih ii m va eia eiu eem
    as os ai oie aie ui us aus umi au is es iui s
"""
ENDINGS = frozenset(_ENDINGS.split())
# Lithuanian names end so, and are written in Latin letters.
NOMINATIVES = ("as", "is", "us", "es")
# How the last consonant changes before some endings: Ольга – Ользі, Вероніка – Вероніці, Petraitis – Petraičio.
CHANGES = {"h": "z", "k": "c", "t": "c", "d": "dz"}
FLEETING = re.compile(r"(?<=[^aeiou])[eo](?=[^aeiou]$)")
CLOSED = re.compile(r"i(?=[^aeiou]$)")


def is_named(name: str, comment: str) -> bool:
    """Say whether `comment` holds any part of a person's `name` as a whole word, in whatever case it stands."""
    forms = _forms_of(name)
    return bool(forms) and any(_is_form(word, forms) for word in set(_words(comment)))


def sound(word: str) -> str:
    """Return a word in Latin letters, by how it sounds rather than how it is spelt."""
    said = fold(word).translate(SOUNDS)
    for spelling, letters in SPELLINGS:
        said = said.replace(spelling, letters)
    return DOUBLED.sub(r"\1", said)


Form = tuple[str, bool]


@lru_cache(maxsize=1000)
def _forms_of(name: str) -> frozenset[Form]:
    """Return the stems of all parts of a name, each with whether it stands for itself without an ending."""
    parts = [part for part in WORD.findall(fold(name)) if len(part) >= SHORTEST]
    return frozenset(form for part in parts for form in _stems(sound(part), NOMINATIVES if part.isascii() else ()))


def _stems(word: str, nominatives: Sequence[str]) -> Iterator[Form]:
    yield word, True
    bare = {word, *(word.removesuffix(ending) for ending in nominatives)}
    if word[-1] in VOWELS:
        bare.add(word[:-1])
    for stem in bare:
        changed = [stem[:-1] + CHANGES[stem[-1]]] if stem[-1:] in CHANGES else []
        moved = [FLEETING.sub("", stem), *(CLOSED.sub(vowel, stem) for vowel in "oe")] if stem == word else []
        for each in {stem, *changed, *moved}:
            if len(each) >= SHORTEST:
                yield each, each[-1] in VOWELS


def _is_form(word: str, forms: frozenset[Form]) -> bool:
    if (word, True) in forms:
        return True
    parts = ((word[:cut], word[cut:]) for cut in range(SHORTEST, len(word)))
    return any(ending in ENDINGS and not forms.isdisjoint({(stem, True), (stem, False)}) for stem, ending in parts)


def _words(text: str) -> list[str]:
    return [sound(word) for word in WORD.findall(fold(text))]
