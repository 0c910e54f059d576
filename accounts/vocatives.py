"""How somebody is called by their first name, in the case that Ukrainian and Lithuanian have for it. Pure.

Only what the rules of the language leave no doubt about is formed; for the rest it is kinder to leave the name out.
Rules: Український правопис (2019), §§ 87 and 95; Lietuvių kalbos gramatika, šauksmininkas.
"""

import re

# The first ending that fits counts; one without anything in its place is in doubt.
ENDINGS = {
    "uk": (
        ("ія", "іє"),
        ("їя", "їє"),
        ("[гкхжчшщ]а", None),
        ("([бвдзлмнпрстф])а", r"\1о"),
        ("([аеиіоуюя])й", r"\1ю"),
        ("василь", "василю"),
        ("ко|[аеиіоуюя]о", None),
        ("([дтлмн]|тр)о", r"\1е"),
        ("(ан|он|др|тр|ор|ир|им|ем|ас|ав|ил|ид|ід|ин)", r"\1е"),
    ),
    "lt": (
        ("ias|eas", None),
        ("jas", "jau"),
        ("as", "ai"),
        ("ius", "iau"),
        ("is", "i"),
        ("ys", "y"),
        ("a", "a"),
        ("ė", "e"),
    ),
}
# Letters and pairs that no name of the language has: the name is of another one, and so are its endings.
SPELT = {
    "uk": re.compile(r"[абвгґдеєжзиіїйклмнопрстуфхцчшщьюя’'ʼ]{3,}"),
    "lt": re.compile(r"(?!.*(?:[ctp]h|ck|(.)\1))[aąbcčdeęėfghiįyjklmnoprsštuųūvzž]{3,}"),
}
# Names of women that end like those of men, and names of guests that look at home.
IN_DOUBT = {
    "uk": {"сюзан", "сьюзан", "меган", "вівіан", "шарон", "маріон", "алісон", "лазар"},
    "lt": {"boris", "denis", "janis", "maris", "nikolas", "lucas", "francis"},
}


def vocative(name: str, language: str) -> str:
    """Return `name` as one calls somebody in `language`; "" where that is not sure.

    Languages without such a case give the name as it is. One first name alone is called, not two nor initials.
    """
    name = name.strip()
    if language not in ENDINGS:
        return name
    small = name.lower()
    if small in IN_DOUBT[language] or not SPELT[language].fullmatch(small) or not name[:1].isupper():
        return ""
    for ending, called in ENDINGS[language]:
        if re.search(f"(?:{ending})$", small):
            return _capitalised(re.sub(f"(?:{ending})$", called, small)) if called else ""
    return ""


def _capitalised(name: str) -> str:
    return name[:1].upper() + name[1:]
