"""What a rule is narrowed to, ticked in a list; a long list is searched by name, and nothing ticked is everything."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.db.models import Model, Q, QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils.functional import Promise
from django.utils.translation import gettext as _

# How many are ticked in a list; beyond that, names are searched for.
FEW = 15
# How many names a browser is given to search in; any name may be typed.
MOST_NAMES = 2000
MOST_SAID = 3
BY_NAME = "="
# So many digits no key has.
LONGEST_KEY = 19


class NarrowedTo(forms.CheckboxSelectMultiple):
    """A list to tick; beyond FEW rows of the database only what is ticked, with a field to add by name.

    A row that is not active any more is shown where it is ticked, and offered to nobody.
    `everything`: what nothing ticked means, in the words of a sentence.
    """

    def __init__(self, everything: str | Promise = "", attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "narrowed-to", **(attrs or {})})
        self.everything = everything

    @property
    def is_long(self) -> bool:
        return isinstance(self.choices, ModelChoiceIterator) and _offered(self.choices)[: FEW + 1].count() > FEW

    def chosen(self, value: Any) -> str:
        """Return what is chosen in words: its names, or that it is everything."""
        names = [str(label) for _key, label in self._ticked(value)]
        if not names:
            return str(self.everything or "–")
        if len(names) <= MOST_SAID:
            return ", ".join(names)
        said = _("%(names)s and %(number)d more")
        return said % {"names": ", ".join(names[:MOST_SAID]), "number": len(names) - MOST_SAID}

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        if not isinstance(self.choices, ModelChoiceIterator):
            return super().optgroups(name, value, attrs)
        every = self.choices
        self.choices = list(self._ticked(value) if self.is_long else _open_to(every, value))
        try:
            return super().optgroups(name, value, attrs)
        finally:
            self.choices = every

    def names(self) -> list[str]:
        """Return the names to search a long list by."""
        if not self.is_long or not isinstance(self.choices, ModelChoiceIterator):
            return []
        return [str(row) for row in _offered(self.choices)[:MOST_NAMES]]

    def typed(self, value: Any) -> str:
        """Return what was typed as a name and is not among the rows, or not yet."""
        return ", ".join(one.removeprefix(BY_NAME) for one in map(str, value or ()) if one.startswith(BY_NAME))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """Return the keys that are ticked, and after BY_NAME each name that was typed."""
        typed = [text.strip() for text in data.getlist(f"{name}-name")] if hasattr(data, "getlist") else []
        return [*(super().value_from_datadict(data, files, name) or ()), *(BY_NAME + text for text in typed if text)]

    def _ticked(self, value: Any) -> Iterator[tuple[Any, Any]]:
        keys = {str(key) for key in value or ()}
        if not keys:
            return iter(())
        if not isinstance(self.choices, ModelChoiceIterator):
            return (choice for choice in self.choices if str(choice[0]) in keys)
        numbers = [key for key in keys if key.isdecimal() and len(key) < LONGEST_KEY]
        return (self.choices.choice(row) for row in self.choices.queryset.filter(pk__in=numbers))


class NarrowedField(forms.ModelMultipleChoiceField[Model]):
    """Rows that a rule is narrowed to, by key or, where the list is long, by name."""

    widget: NarrowedTo

    def clean(self, value: Any) -> Any:
        keys = [one for one in value or () if not str(one).startswith(BY_NAME)]
        names = [str(one).removeprefix(BY_NAME) for one in value or () if str(one).startswith(BY_NAME)]
        return super().clean([*keys, *(self._key(name) for name in dict.fromkeys(names))])

    def _key(self, name: str) -> str:
        found = sorted(
            self._called(name), key=lambda row: (not getattr(row, "is_active", True), str(row) != name, row.pk)
        )
        if not found:
            raise forms.ValidationError(
                _("“%(name)s” is not among them: write the whole name as it stands there."),
                code="unknown",
                params={"name": name},
            )
        return str(found[0].pk)

    def _called(self, name: str) -> Iterable[Model]:
        """Return the rows of this name; those that have one in each language are few and are gone through."""
        if self.queryset is None:
            return ()
        if any(field.name == "name" for field in self.queryset.model._meta.fields):
            return self.queryset.filter(name__iexact=name)
        return (row for row in self.queryset if str(row).casefold() == name.casefold())


def _retires(model: type[Model]) -> bool:
    return any(field.name == "is_active" for field in model._meta.fields)


def _offered(choices: ModelChoiceIterator[Any]) -> QuerySet[Any]:
    """Return the rows of the database that may still be chosen."""
    rows: QuerySet[Any] = choices.queryset
    return rows.filter(is_active=True) if _retires(rows.model) else rows.all()


def _open_to(choices: ModelChoiceIterator[Any], value: Any) -> Iterator[tuple[Any, Any]]:
    """Go through what may be chosen and what is ticked, in the order of the list."""
    keys = {str(key) for key in value or ()}
    rows: QuerySet[Any] = choices.queryset
    if _retires(rows.model):
        ticked = [key for key in keys if key.isdecimal() and len(key) < LONGEST_KEY]
        rows = rows.filter(Q(is_active=True) | Q(pk__in=ticked))
    return map(choices.choice, rows)


def narrowed(model: type[Model], label: Promise, everything: Promise, *, order: str = "name") -> NarrowedField:
    rows = model._default_manager.order_by(order)
    return NarrowedField(queryset=rows, label=label, required=False, widget=NarrowedTo(everything))
