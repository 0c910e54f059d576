"""Short labels beside numbers, each with the sentence that explains it and the definition that it leads to."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.dashboard.report import Row


@dataclass(frozen=True, slots=True)
class VerdictLabel:
    """`tone`: good, bad or none; `anchor`: where on the page it is defined."""

    text: str
    meaning: str
    anchor: str
    tone: str = ""
    sign: str = ""


def of_row(row: Row, comparisons: int) -> VerdictLabel | None:
    """Return what stands beside the name of a row: how it stands among the others, or that it rests on little."""
    if row.is_above_the_rest:
        return VerdictLabel(
            _("above the rest"), _apart(above=True, comparisons=comparisons), "about-the-rest", "good", "▲"
        )
    if row.is_below_the_rest:
        return VerdictLabel(
            _("below the rest"), _apart(above=False, comparisons=comparisons), "about-the-rest", "bad", "▼"
        )
    return few_answers() if row.now.is_few else None


def few_answers() -> VerdictLabel:
    return VerdictLabel(
        _("few answers"),
        _("5 to 29 answers: the number may lie far off, so it is neither compared nor ranked."),
        "about-few-answers",
    )


def of_change(row: Row, comparisons: int) -> VerdictLabel | None:
    """Return why a change has no arrow: it may be chance, or there are too few answers; None where it is open or real.

    A row without a number before has too few as well.
    """
    if not (row.now.is_enough and row.before.is_enough):
        return VerdictLabel(_("too few"), _("A change needs 30 answers in both periods."), "about-few-answers")
    if row.is_unclear:
        return VerdictLabel(_("cannot tell"), _unclear(comparisons), "about-change")
    return None


def _apart(*, above: bool, comparisons: int) -> str:
    side = (
        _("Higher than all other rows of this table together, by more than chance explains.")
        if above
        else _("Lower than all other rows of this table together, by more than chance explains.")
    )
    return f"{side} {_among(comparisons)}"


def _unclear(comparisons: int) -> str:
    return f"{_('This may be chance.')} {_among(comparisons)}"


def _among(comparisons: int) -> str:
    text = ngettext(
        "Judged by itself: this page compares nothing else.",
        "Judged among all %(number)d comparisons of this page: the more there are, the more each must show.",
        comparisons,
    )
    return text % {"number": comparisons}
