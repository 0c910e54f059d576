"""What a mapping says: which file holds what, where each field comes from, and what is done to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from crm.imports.templates import Template
from crm.records.notation import Notation

REPAIRS: dict[str, Callable[[str], str]] = {
    "trim": str.strip,
    "lower": str.lower,
    "upper": str.upper,
    "single spaces": lambda value: " ".join(value.split()),
}


@dataclass(frozen=True, kw_only=True)
class FieldRule:
    """Where the value of one field comes from and what is done to it. One of the first four is set."""

    name: str
    column: str = ""
    template: Template | None = None
    constant: str = ""
    first_contact_of: str = ""
    notation: Notation = field(default_factory=Notation)
    repairs: tuple[str, ...] = ()
    replace: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] | None = None
    # Leave a bad value out and take the row, instead of refusing the row.
    leaves_out: bool = False
    # An empty cell empties the field, instead of saying nothing about it.
    clears: bool = False
    # Say so when the value is empty.
    is_wanted: bool = False
    # No two rows of the file may have the same value.
    is_unique: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        if self.template:
            return self.template.columns
        return tuple(name for name in (self.column, self.first_contact_of) if name)


@dataclass(frozen=True)
class TableRule:
    """What one file holds. `delimiter` and `encoding` are "" where they are to be detected."""

    file: str
    kind: str
    rules: tuple[FieldRule, ...]
    delimiter: str = ""
    encoding: str = ""

    @property
    def columns(self) -> set[str]:
        return {column for rule in self.rules for column in rule.columns}

    def rule_of(self, field_name: str) -> FieldRule | None:
        return next((rule for rule in self.rules if rule.name == field_name), None)

    def column_of(self, field_name: str) -> str:
        rule = self.rule_of(field_name)
        return ", ".join(rule.columns) if rule else ""


@dataclass(frozen=True)
class ImportMapping:
    source: str
    tables: tuple[TableRule, ...]
