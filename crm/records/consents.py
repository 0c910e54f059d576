"""How a row says what a contact agreed to: a status per use and medium, since when, and what proves it.

A program sends the statuses of one use as an object by medium, a file in a column each. What a row leaves out was not
said.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from accounts.media import OF_CUSTOMERS
from crm.models import Consent
from crm.reachability import Use
from crm.records.fields import Field, moment, one_of, text_of

# By use, the field of the object; those that go with it are made from its name.
OBJECTS = {Use.SURVEYS.value: "consent", Use.MARKETING.value: "marketing_consent"}
ABOUT = {Use.SURVEYS.value: "surveys", Use.MARKETING.value: "offers and news"}


class Told(NamedTuple):
    """`field`: the one that a note about this status is put to. `at` is None where the row does not say when."""

    field: str
    medium: str
    use: str
    status: str
    at: Any
    evidence: str


def _column(name: str, medium: str) -> str:
    return f"{name}_{medium}"


def fields() -> Iterator[tuple[str, Field]]:
    """Yield the fields beside the objects, by name."""
    for use, name in OBJECTS.items():
        for medium in OF_CUSTOMERS:
            about = f"What the contact said of {ABOUT[use]}."
            yield _column(name, medium), one_of(Consent.Status.choices, is_for_programs=False, about=about)
        yield f"{name}_at", moment(about=f"When `{name}` was said; the moment of the request when left out.")
        about = f"What proves `{name}`: the sentence that was agreed to, its version or form."
        yield f"{name}_evidence", text_of(Consent, "evidence", about=about)


NAMES = (*OBJECTS.values(), *(name for name, _field in fields()))


def told(row: Mapping[str, Any]) -> Iterator[Told]:
    """Yield everything that a row, of a program or a file, says was said."""
    for use, name in OBJECTS.items():
        as_object = {medium: (name, status) for medium, status in (row.get(name) or {}).items()}
        columns = {medium.value: _column(name, medium) for medium in OF_CUSTOMERS}
        in_columns = {medium: (column, row[column]) for medium, column in columns.items() if row.get(column)}
        for medium, (field, status) in (as_object | in_columns).items():
            yield Told(field, medium, use, status, row.get(f"{name}_at"), row.get(f"{name}_evidence") or "")
