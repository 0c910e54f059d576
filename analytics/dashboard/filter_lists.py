"""The filters of a page of numbers as its template needs them: lists and days with what was chosen or typed."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField, ChoiceField
from django.http import QueryDict

from analytics.dashboard.forms import Chosen, DashboardForm
from analytics.dashboard.row_pages import search_of
from analytics.models import BREAKDOWNS

DAY_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Filter:
    """One list of the filter form, with what was chosen or typed, be it in the list or not."""

    field: BoundField
    options: list[tuple[str, str]]
    chosen: str

    @property
    def is_set(self) -> bool:
        """Whether anything but the usual was chosen."""
        return self.chosen != (self.field.field.initial or "")

    @property
    def is_long(self) -> bool:
        """Whether it is typed in: there are too many to open the list, and it is not one of a few that were meant."""
        return isinstance(self.field.field, Chosen) and self.field.field.is_long and not self.field.field.meant[1:]

    @property
    def name(self) -> str:
        """What was chosen is called."""
        if isinstance(self.field.field, Chosen) and self.field.field.is_long:
            return self.field.field.name_of(self.chosen)
        return next((label for value, label in self.options if value == self.chosen), self.chosen)

    @property
    def offered(self) -> list[tuple[str, str]]:
        """What can be chosen from: all options, of a long list those that were meant by what was typed."""
        choices: Any = self.field.field
        meant = choices.meant if isinstance(choices, Chosen) else []
        return [*self.options, *((str(pk), choices.known[pk]) for pk in meant)]

    @property
    def is_unknown(self) -> bool:
        return all(value != self.chosen for value, _label in self.offered)

    @property
    def printed(self) -> Hashable:
        """Everything that is printed of it."""
        said = (self.field.html_name, self.field.id_for_label, str(self.field.label), *self.field.errors)
        return (*said, self.chosen, self.is_long, self.name, tuple(self.offered))


def filter_lists(form: DashboardForm, query: QueryDict) -> dict[str, Any]:
    """Return everything that the template of the filters prints."""
    filters, dates = _filters(form), _dates(form)
    return {
        "form": form,
        "idle": form.idle,
        "filters": filters,
        "dates": dates,
        "kept": _kept(query),
        "chosen": sum(each.is_set for each in filters.values()),
    }


def _filters(form: DashboardForm) -> dict[str, Filter]:
    lists = [name for name, field in form.fields.items() if isinstance(field, ChoiceField)]
    return {name: _filter(form[name], form.data.get(name, "")) for name in lists}


@dataclass(frozen=True, slots=True)
class DateFilter:
    """A day of the filter form. What is no day is shown as text: a date field of a browser would swallow it."""

    field: BoundField
    typed: str

    @property
    def kind(self) -> str:
        return "date" if not self.typed or DAY_FORM.fullmatch(self.typed) else "text"


def _dates(form: DashboardForm) -> list[DateFilter]:
    return [DateFilter(form[name], form.data.get(name, "")) for name in form.dates]


def _kept(query: QueryDict) -> list[tuple[str, str]]:
    """Return the orders of the tables and what is looked for in them, which a change of filters leaves alone."""
    keys = [f"{name.value}s" for name in BREAKDOWNS]
    return [(name, str(query[name])) for key in keys for name in (key, search_of(key)) if name in query]


def _filter(field: BoundField, typed: str) -> Filter:
    choices: Any = field.field
    if isinstance(choices, Chosen) and choices.is_long:
        return Filter(field, [("", choices.everything)], typed)
    return Filter(field, [(str(value), str(label)) for value, label in choices.choices], typed or choices.initial or "")
