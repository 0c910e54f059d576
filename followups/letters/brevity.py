"""Letters that are one word: a score, or the wish for no more letters. Pure.

Only when nothing else is written: “stop” in a sentence may be about anything.
"""

import re

from surveys.metrics import Scale

# In the languages of letters, and in those that customers answer them in.
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
SCORE = re.compile(r"(\d{1,2})(?:\s*(?:/|из|з|iš|of|out of)\s*(\d{1,2}))?")
LONGEST = 60


def asks_to_stop(text: str) -> bool:
    """Say whether the text is nothing but the wish for no more letters."""
    return len(text) <= LONGEST and _bare(text) in STOPS


def score_in(text: str, scale: Scale) -> int | None:
    """Return the score that the text is and nothing else, such as “9” or “9/10”; None where it is none of the scale."""
    found = SCORE.fullmatch(_bare(text)) if len(text) <= LONGEST else None
    if found is None or (found[2] and int(found[2]) != scale.highest):
        return None
    score = int(found[1])
    return score if scale.lowest <= score <= scale.highest else None


def _bare(text: str) -> str:
    """Return the words in small letters, without what stands around them."""
    return " ".join(text.split()).strip(" .,!?;:…\"'«»„“”()-–—*_").casefold()
