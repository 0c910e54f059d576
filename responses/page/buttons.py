"""The buttons of the survey page: a number each, with a smiley or a star above where a survey says so."""

from collections.abc import Iterator
from typing import NamedTuple

from surveys.metrics import Presentation, Scale
from surveys.wording import points


class AnswerButton(NamedTuple):
    """`state`: what is written into its input; `name`: what a screen reader says, "" for the number that stands there;
    `mouth`: of its smiley, as the path of an SVG 32 units wide."""

    value: int
    state: str
    name: str
    mouth: str


def buttons(scale: Scale, presentation: str, *, low: str, high: str, state: str) -> Iterator[AnswerButton]:
    """Yield a button for each score, in the active language; `state` holds “{score}”."""
    is_drawn = presentation != Presentation.NUMBERS
    for score in scale.scores:
        name = points.name(scale, score, low=low, high=high) if is_drawn else _end(scale, score, low, high)
        mouth = _mouth(scale, score) if presentation == Presentation.SMILEYS else ""
        yield AnswerButton(score, state.format(score=score), name, mouth)


def _end(scale: Scale, score: int, low: str, high: str) -> str:
    """Return the name of an end of a scale of numbers; the others are their numbers."""
    ends = {scale.lowest: low, scale.highest: high}
    return f"{score}, {ends[score]}" if score in ends else ""


def _mouth(scale: Scale, score: int) -> str:
    """Return a curve that smiles the more the better the answer is: from −1 at the lowest score to 1 at the highest."""
    mood = 2 * (score - scale.lowest) / (scale.highest - scale.lowest) - 1
    ends, middle = round(21 - 2 * mood, 1), round(21 + 6 * mood, 1)
    return f"M10 {ends:g}Q16 {middle:g} 22 {ends:g}"
