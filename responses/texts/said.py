"""What a text says that came back to a question: a score and words, a wish for no more texts, or neither. Pure.

A number is the answer only where it can be nothing else; what leaves a doubt is left to a person.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from accounts.plaintext import clean
from delivery.stopwords import asks_to_stop, asks_to_stop_texts
from surveys.metrics import Metric, Scale

# What may stand before the number of an answer.
LEADS = frozenset(
    {
        "my", "our", "the", "is", "score", "rating", "rate", "mark", "answer", "give", "i", "we", "d", "would", "it",
        "hi", "hello", "thanks", "thank", "you", "good", "great",
        "моя", "мій", "наша", "оцінка", "оцінюю", "на", "бал", "відповідь", "ставлю", "даю", "я", "ми",
        "вітаю", "привіт", "добрий", "день", "дякую", "дякуємо", "спасибі", "добре", "чудово",
        "мой", "оценка", "оцениваю", "балл", "ответ", "ставим", "ставимо", "мы",
        "здравствуйте", "привет", "добрый", "спасибо", "благодарю", "хорошо", "отлично",
        "mano", "mūsų", "įvertinimas", "vertinimas", "vertinu", "balas", "atsakymas", "duodu", "skiriu", "aš",
        "sveiki", "labas", "laba", "diena", "ačiū", "aciu", "dėkui", "dekui", "gerai", "puiku",
    }
)  # fmt: skip
# What the number of an answer may count, so that it says nothing more.
POINTS_WORDS = (
    r"(?:points?|stars?|бал(?:и|ів|ла|лов|л)?|зір(?:ка|ки|ок)|зв[её]зд[аы]?|taškai|taškų|tašką|bal(?:ai|ų|as|us)|"
    r"žvaigžd(?:ė|ės|žių))(?!\w)|[★⭐]+"
)
POINTS = re.compile(POINTS_WORDS)
# What follows a number that counts something else: “3 days”, “2 рази”.
UNITS = re.compile(
    r"(?:days?|hours?|hrs?|minutes?|mins?|weeks?|months?|years?|times?|pcs|pieces?|people|persons?|"
    r"дн(?:і|ів|я|ей|ям)|день|діб|доб\w|годин\w*|год|час(?:а|ов|у|ам)?|хвилин\w*|хв|минут\w*|мин|тиж\w+|недел\w+|"
    r"місяц\w+|месяц\w*|рок\w+|рік|лет|год(?:а|у|ов)|раз(?:и|ів|а)?|грн|гривень|гривен|руб\w*|шт|штук\w*|осіб|люд\w+|чел\w*|"
    r"человек\w*|кг|км|метр\w*|"
    r"dien\w+|valand\w+|val|minu\w+|min|savait\w+|mėnes\w+|met\w+|kart\w+|vnt|žmon\w+|eur\w*|uah|usd|kg|km)(?!\w)|"
    r"[%°$€£₴₽]"
)
# An answer in stars; a single one may be praise.
STARS = re.compile(r"(?:[★⭐]\ufe0f?\s*){2,}")
# Between a score and the highest one: 9/10, “9 of 10”.
OUT_OF = r"(?:/|из|із|зі|з|iš|of|out of)"
NUMBER = re.compile(
    rf"(?P<number>\d+)(?:(?:\s*(?:{POINTS_WORDS}))?\s*{OUT_OF}\s*(?P<of>\d+)(?!\w))?",
    re.IGNORECASE,
)
# The words by which people go on after a number that is their answer; any other one, the number may count.
GOES_ON = frozenset(
    {
        "thanks", "thank", "thx", "great", "good", "nice", "super", "excellent", "perfect", "ok", "okay", "very", "all",
        "everything", "because", "but", "bad", "not", "and", "well", "sorry", "please",
        "дякую", "дякуємо", "спасибі", "все", "усе", "дуже", "добре", "чудово", "класно", "прекрасно", "супер", "бо",
        "тому", "але", "погано", "жахливо", "не", "і", "та", "нормально", "норм",
        "будь", "прошу", "молодці", "рекомендую", "так",
        "спасибо", "благодарю", "всё", "очень", "хорошо", "отлично", "потому", "но", "плохо", "ужасно", "и",
        "пожалуйста", "молодцы",
        "ačiū", "aciu", "dėkui", "dekui", "viskas", "labai", "gerai", "puiku", "puikiai", "nes", "bet", "blogai", "ir",
        "prašau", "rekomenduoju",
    }
)  # fmt: skip
# Such a number is a part of something: a decimal, a time, a sign, a price, a name (№9, 4G, 2-й, b2b).
PART_BEFORE = re.compile(r"(?:[-−–+]|\d[.,:/]|[#№$€£₴₽]\s*|[^\W\d_])$")
PART_AFTER = re.compile(r"[.,:/-]\d|[-–][^\W\d_]|[^\W\d_]{1,2}(?!\w)|\s*\?")
AFTER_SCORE = " \t\n.,;:!)+»”\"'-–—"
KEYCAP, KEYCAP_TEN = re.compile("\ufe0f?\u20e3"), "\U0001f51f"
MOST_DIGITS = 2
# Joins the parts of one picture, and so is not for leaving out.
JOINER = "\u200d"


@dataclass(frozen=True)
class TextReading:
    """What a text says. `score` on the scale asked; `words`: what stands beside it, or all of a text without numbers.

    `is_unclear`: it has numbers of which none is surely the answer; `words` are the whole text then. A score may stand
    beside the wish for no more texts.
    """

    score: int | None = None
    words: str = ""
    asks_to_stop: bool = False
    is_unclear: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.asks_to_stop or self.score is not None)


def read(text: str, scale: Scale) -> TextReading:
    """Return what a text says that answers a question on this scale."""
    if asks_to_stop_texts(text):
        return TextReading(asks_to_stop=True)
    written = cleaned(text)
    # Of an NPS they are praise: nobody counts ten of them.
    if STARS.fullmatch(written) and scale.metric != Metric.NPS:
        stars = sum(map(written.count, "★⭐"))
        return TextReading(stars) if stars in scale.scores else TextReading(words=written, is_unclear=True)
    numbers = list(_numbers(written))
    if not numbers:
        return TextReading(words=written)
    first = numbers[0]
    score = _score(first, scale)
    is_one = all(_score(other, scale) == score for other in numbers)
    before, after = written[: first.start()], _after_points(written[first.end() :])
    if before.rstrip().endswith("("):
        after = after.lstrip().removeprefix(")")
    if score is not None and is_one and asks_to_stop(before) and not after.strip(AFTER_SCORE):
        return TextReading(score, asks_to_stop=True)
    if score is None or not is_one or not _leads(before) or not _goes_on(after):
        return TextReading(words=written, is_unclear=True)
    words = _beside(after, score)
    # “9 cancel” may be about an order: beside a score only what can be nothing else is a no.
    return TextReading(score, asks_to_stop=True) if asks_to_stop(words) else TextReading(score, words=words)


def cleaned(text: str) -> str:
    """Return a text with plain digits, without what nobody sees."""
    return clean("".join(map(_visible, KEYCAP.sub("", text.replace(KEYCAP_TEN, "10")))), lines=True)


def _visible(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return "" if character != JOINER and unicodedata.category(character) == "Cf" else character


def _numbers(written: str) -> Iterator[re.Match[str]]:
    """Yield the numbers of a text but those that count something, such as “2 days”."""
    for found in NUMBER.finditer(written):
        if not UNITS.match(written[found.end() :].lstrip().casefold()):
            yield found


def _score(found: re.Match[str], scale: Scale) -> int | None:
    number, of = found["number"], found["of"]
    text = found.string
    if PART_BEFORE.search(text[: found.start()]) or PART_AFTER.match(text[found.end() :]):
        return None
    if len(number) > MOST_DIGITS or number != str(int(number)) or (of and of != str(scale.highest)):
        return None
    score = int(number)
    return score if score in scale.scores else None


def _leads(before: str) -> bool:
    words: list[str] = re.findall(r"[^\W\d_]+", before.casefold())
    return "?" not in before and not re.search(r"\d", before) and LEADS.issuperset(words)


def _after_points(after: str) -> str:
    """Return what stands after the number of an answer and the points that it counts."""
    points = POINTS.match(after.lstrip().casefold())
    return "\n" + after.lstrip()[points.end() :] if points else after


def _beside(after: str, score: int) -> str:
    """Return the words after a score; the same number again says nothing."""
    words = after.lstrip(AFTER_SCORE)
    return "" if words.rstrip(AFTER_SCORE) == str(score) else words


def _goes_on(after: str) -> bool:
    """Say whether what follows a number leaves it an answer: a sentence of its own, not what the number counts."""
    words = after.lstrip(" \t")
    first = re.match(r"[^\W\d_]+", words)
    if first is None:
        return not words.startswith(")")
    return first[0][0].isupper() or asks_to_stop(words) or first[0].casefold() in GOES_ON
