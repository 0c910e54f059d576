"""The wish for no more messages, where it is all that somebody wrote. Pure.

Only when nothing else is written: “stop” in a sentence may be about anything.
"""

import unicodedata

# In the languages of messages, and in those that customers answer them in.
STOPS = frozenset(
    {
        "stop", "unsubscribe", "unsubscribe me", "please unsubscribe", "please unsubscribe me", "remove me", "opt out",
        "стоп", "відписатися", "відписатись", "відпишіть", "відпишіть мене", "відписка", "не пишіть мені",
        "не пишіть мені більше", "більше не пишіть", "більше не пишіть мені",
        "отписаться", "отпишите", "отпишите меня", "отписка", "не пишите мне", "не пишите мне больше",
        "больше не пишите", "больше не пишите мне",
        "atsisakyti", "atsisakau", "atsisakyti laiškų", "atsisakau laiškų", "nebesiųsti", "nebesiųskite", "nerašykite",
        "neberašykite", "nebenoriu gauti laiškų",
    }
)  # fmt: skip
# Alone in a text they mean the sending; alone in a letter they may mean an order.
KEYWORDS = STOPS | {
    "stopall", "stop all", "end", "quit", "cancel", "revoke", "optout", "stop sms", "sms stop", "stop texting",
    "stop texting me", "no more texts",
    "please stop", "stop please", "stop sms please", "please stop sms", "please stop texting", "please stop texting me",
    "don't text me", "dont text me", "do not text me", "don’t text me",
    "стоп розсилка", "стоп розсилку", "стоп розсилці", "стоп смс", "стоп sms", "смс стоп", "припинити", "припиніть",
    "відмова", "відмовитися", "відмовитись", "скасувати", "не надсилати", "не надсилайте", "не турбувати",
    "не пишіть", "відпишіться", "відписати мене", "стоп будь ласка",
    "не турбуйте", "стоп рассылка", "стоп рассылку", "прекратить", "прекратите", "отказ", "отказаться", "отменить",
    "не присылать", "не присылайте", "не беспокоить", "не беспокойте",
    "не пишите", "отпишитесь", "отписать меня", "стоп пожалуйста",
    "vidpysatysia", "vidpysatysya", "vidpysatys", "otpisatsya", "otpisatsia", "otpiska",
    "netrukdyti", "netrukdykite", "nesiųskite", "nebesiųskite sms", "atsisakyti sms", "atsisakau sms", "stop žinutės",
    "baigti", "atšaukti", "nutraukti",
}  # fmt: skip
LONGEST = 60
AROUND = " .,!?;:…\"'`´’‘«»„“”()[]<>-–—*_/\\#~+"
# Letters of the two alphabets that look alike once they are small, or did before.
LATIN, CYRILLIC = "abcehkmoptxiy", "авсенкмортхіу"
TO_CYRILLIC, TO_LATIN = str.maketrans(LATIN, CYRILLIC), str.maketrans(CYRILLIC, LATIN)


def bare(text: str) -> str:
    """Return the words in small letters, without what stands around them, pictures and what cannot be seen."""
    written = "".join(map(_seen, unicodedata.normalize("NFKC", text)))
    return " ".join(written.split()).strip(AROUND).casefold()


def asks_to_stop(text: str) -> bool:
    """Say whether a letter is nothing but the wish for no more letters."""
    return _is_one_of(_LETTERS, text)


def asks_to_stop_texts(text: str) -> bool:
    """Say whether a text is nothing but the wish for no more texts; whatever ends letters ends them too."""
    return _is_one_of(_TEXTS, text)


def _is_one_of(stops: frozenset[str], text: str) -> bool:
    if len(text) > LONGEST:
        return False
    written = _plain(bare(text))
    return not stops.isdisjoint({written, written.translate(TO_CYRILLIC), written.translate(TO_LATIN)})


def _seen(character: str) -> str:
    if character.isspace():
        return " "
    kind = unicodedata.category(character)
    return "" if kind[0] == "C" or kind in {"So", "Sk", "Me"} or character == "\ufe0f" else character


def _plain(words: str) -> str:
    """Return words without marks on their letters, as many phones write them."""
    return "".join(c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c))


_LETTERS, _TEXTS = frozenset(map(_plain, STOPS)), frozenset(map(_plain, KEYWORDS))
