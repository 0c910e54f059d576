"""What each point of an answer scale says in words, and the sign that letters show of it.

The ends are the wording's own labels; the points between them are named by the metric.
"""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from surveys.metrics import Metric, Presentation, Scale

BETWEEN: Mapping[Metric, Sequence[Promise]] = {
    Metric.CSAT: (
        pgettext_lazy("answer", "dissatisfied"),
        pgettext_lazy("answer", "neither satisfied nor dissatisfied"),
        pgettext_lazy("answer", "satisfied"),
    ),
    Metric.CES: (
        pgettext_lazy("answer", "disagree"),
        pgettext_lazy("answer", "rather disagree"),
        pgettext_lazy("answer", "neither agree nor disagree"),
        pgettext_lazy("answer", "rather agree"),
        pgettext_lazy("answer", "agree"),
    ),
}
# As old as may be, so that every mail program has them.
SMILEYS = {5: "😞😕😐😊😄", 7: "😞😟😕😐😌😊😄"}
STAR = "★"


def place(scale: Scale, score: int) -> str:
    """Return where a score stands, in the active language: “4 out of 5”."""
    return _("%(score)s out of %(highest)s") % {"score": score, "highest": scale.highest}


def name(scale: Scale, score: int, *, low: str, high: str) -> str:
    """Return what a score says, in the active language: “4 out of 5, satisfied”; `low` and `high` name the ends."""
    between = BETWEEN.get(scale.metric, [""] * (len(scale.scores) - 2))
    words = [low, *map(str, between), high][score - scale.lowest]
    return f"{place(scale, score)}, {words}" if words else place(scale, score)


def sign(scale: Scale, score: int, presentation: str) -> str:
    """Return the characters that stand above a score in a letter; "" where numbers stand alone."""
    if presentation == Presentation.SMILEYS:
        return SMILEYS[len(scale.scores)][score - scale.lowest]
    return STAR if presentation == Presentation.STARS else ""
