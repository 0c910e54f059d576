"""By what answers are crossed; the filters are those of the answers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from analytics.crossed.facts import Fact, facts
from analytics.dashboard.filters import Lists
from analytics.dashboard.forms import Named
from analytics.explorer.forms import LATEST, AnswersForm, Vocabulary
from analytics.unit import Unit
from responses.word_access import WordAccess

USUAL_ROWS = "touchpoint"
# What would leave only a part of a number.
OF_PARTS = ("category", "score_from", "score_to", "evidence", "latest")
MOST_SEGMENTS = 4


class CrossedForm(AnswersForm):
    """Rows, and columns if wanted; `segments` are up to four values of the rows that stand side by side."""

    def __init__(
        self,
        data: QueryDict,
        *,
        lists: Lists,
        teams: tuple[int, ...] | None,
        today: date,
        known: Vocabulary,
        access: WordAccess,
    ) -> None:
        whole: Mapping[str, Any] = {name: value for name, value in data.items() if name not in OF_PARTS}
        super().__init__(whole, lists=lists, teams=teams, today=today, known=known, access=access)
        self.facts = facts(lists, known)
        self.segments = list(dict.fromkeys(data.getlist("segment")))[:MOST_SEGMENTS]
        names = [(name, fact.label) for name, fact in self.facts.items()]
        usual = [(USUAL_ROWS, self.facts[USUAL_ROWS].label), *(one for one in names if one[0] != USUAL_ROWS)]
        self.fields["rows"] = Named(_("Rows"), usual)
        self.fields["columns"] = Named(_("Columns"), [("", _("None")), *names])

    @property
    def crossed(self) -> tuple[Fact, Fact | None]:
        """The facts of the rows and, where there are any, of the columns."""
        return self.facts[self.cleaned_data["rows"]], self.facts.get(self.cleaned_data["columns"])

    @property
    def finer(self) -> list[str]:
        return [name for name in super().finer if name not in {"rows", "columns", *OF_PARTS}]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("rows") and cleaned["rows"] == cleaned.get("columns"):
            self.add_error("columns", _("These are the rows already. Choose another one, or none."))
        if not self.errors and self.unit is not Unit.ANSWERS:
            cleaned["latest"] = LATEST
        return cleaned
