"""Words as somebody types them, made into a search of comments: by the stem of each, in four languages. Pure.

A search finds a word by its beginning, so a stem needs not be right for a grammar: it must be what the forms of a word
begin with, and not so short that other words begin with it too. English endings follow Porter (Program 14/3, 1980), the
others what declension and conjugation put at the end of a word.
"""

import re

from accounts.folded import fold

# A stem keeps so many letters; shorter words stay whole and are found by their beginning all the same.
SHORTEST_STEM = 4
# … one fewer before the one vowel by which a noun is declined: ціна, kaina.
SHORTEST_NOUN = 3
VOWELS = frozenset("aiouаяоеєиіыую")
MOST_TERMS = 12

# Endings as they are folded: without marks, and й and ї as и and і.
LATIN = (
    "ations", "ation", "ments", "ment", "ingly", "edly", "iness", "ness", "ings", "ing", "ies", "ied", "ers", "er",
    "ely", "ly", "ed", "es", "s", "y", "e",
    "iausias", "iausia", "uosiuose", "iuose", "uose", "iomis", "omis", "iams", "ams", "iais", "ais", "imas", "imo",
    "imai", "iose", "ose", "iai", "iui", "io", "iu", "ia", "ai", "as", "is", "us", "os", "ui", "oje", "yje", "eje",
    "um", "u", "a", "o", "i",
)  # fmt: skip
CYRILLIC = (
    "остями", "остей", "остях", "ость", "ости", "ості", "істю", "ість", "ениями", "ениях", "ення", "енням", "ение",
    "ения", "ению", "анням", "ання", "ание", "ания", "анию", "ються", "ється", "ются", "ется", "ился",
    "ались", "ами", "ями", "ого", "его", "ому", "ему", "ими", "ыми", "іми", "ових", "ові", "еві", "ала", "ила",
    "или", "али", "ило", "ало", "ати", "ити", "ать", "ить", "еть", "ути", "ають", "ують", "ует", "ает", "ах", "ях",
    "ою", "ею",
    "ов", "ев", "ів", "іи", "ои", "еи", "ии", "ыи", "ию", "ью", "ия", "ие", "ам", "ям", "ом", "ем", "им", "ым", "ім",
    "их", "ых", "іх", "ую", "юю", "ая", "яя", "ое", "ее", "ые", "ве", "а", "я", "о", "е", "є", "и", "і", "ы", "у", "ю",
    "ь",
)  # fmt: skip
ENDINGS = tuple(sorted({*LATIN, *CYRILLIC}, key=len, reverse=True))

# A phrase in any quotation marks, or one word; a minus before either leaves out what has it.
_TERM = re.compile(r'(?P<minus>(?<!\S)[-−–])?(?:["“”„«](?P<phrase>[^"“”„«»]+)["“”«»]?|(?P<word>[^\s"“”„«»]+))')
_LETTERS = re.compile(r"[^\W_]+")


def stem(word: str) -> str:
    """Return what the forms of a folded word begin with: the word without the longest ending that leaves enough."""
    for ending in ENDINGS:
        shortest = SHORTEST_NOUN if ending in VOWELS else SHORTEST_STEM
        if word.endswith(ending) and len(word) - len(ending) >= shortest:
            return word[: -len(ending)]
    return word


def query(text: str) -> str:
    """Return a query of PostgreSQL (to_tsquery, configuration simple) for folded comments; "" where there is no word.

    Every word must be found, by its stem. Words in quotation marks stand in this order, as they are; what begins with
    a minus must not be there. At most twelve terms are looked for. Whatever is typed, the query is well-formed.
    """
    found = [(bool(match["minus"]), _term(match)) for match in _TERM.finditer(text)]
    terms = [f"!({term})" if is_left_out else f"({term})" for is_left_out, term in found if term]
    return " & ".join(terms[:MOST_TERMS])


def _term(match: re.Match[str]) -> str:
    if match["phrase"]:
        return " <-> ".join(_LETTERS.findall(fold(match["phrase"])))
    # A word with a dot or a hyphen in it is several to PostgreSQL; each must be there.
    return " & ".join(f"{stem(word)}:*" for word in _LETTERS.findall(fold(match["word"])))
