"""Letters that are one word: a score. Pure; the wish for no more letters is in `delivery.stopwords`."""

import re

from delivery.stopwords import LONGEST, bare
from responses.texts.said import OUT_OF
from surveys.metrics import Scale

SCORE = re.compile(rf"(\d{{1,2}})(?:\s*{OUT_OF}\s*(\d{{1,2}}))?")
# A number that names something, “#1”, or that calls, “+9”.
NAMED = re.compile(r"[#+~№]")


def score_in(text: str, scale: Scale) -> int | None:
    """Return the score that the text is and nothing else, such as “9” or “9/10”; None where it is none of the scale."""
    found = SCORE.fullmatch(bare(text)) if len(text) <= LONGEST and not NAMED.search(text) else None
    if found is None or (found[2] and int(found[2]) != scale.highest):
        return None
    score = int(found[1])
    return score if scale.lowest <= score <= scale.highest else None
