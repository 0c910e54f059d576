"""The mapping file: which file holds what, what its columns mean, and how its dirt is repaired (docs/import.md)."""

import re
import tomllib
from collections.abc import Callable
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.timezones import known
from crm.records.kinds import RECORDS
from crm.records.notation import Notation

SHIPPED = Path(__file__).parent / "mappings"
KEYS_OF_RULE = {
    "column", "template", "constant", "first_contact_of", "repair", "replace", "values", "bad", "wanted", "unique",
}  # fmt: skip
REPAIRS: dict[str, Callable[[str], str]] = {
    "trim": str.strip,
    "lower": str.lower,
    "upper": str.upper,
    "single spaces": lambda value: " ".join(value.split()),
}
SOURCES_OF_RULE = ("column", "template", "constant", "first_contact_of")


class BadMapping(Exception):
    """The mapping cannot be used; the message says where and why."""


@dataclass(frozen=True, kw_only=True)
class FieldRule:
    """Where the value of one field comes from and what is done to it. One of the first four is set."""

    name: str
    column: str = ""
    template: str = ""
    constant: str = ""
    first_contact_of: str = ""
    repairs: tuple[str, ...] = ()
    replace: AnyMapping[str, str] = field(default_factory=dict)
    values: AnyMapping[str, str] | None = None
    # Leave a bad value out and take the row, instead of refusing the row.
    leaves_out: bool = False
    # Say so when the value is empty.
    is_wanted: bool = False
    # No two rows of the file may have the same value.
    is_unique: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        if self.template:
            return tuple(name for _text, name, _spec, _conversion in Formatter().parse(self.template) if name)
        return tuple(name for name in (self.column, self.first_contact_of) if name)


@dataclass(frozen=True)
class TableRule:
    """What one file holds."""

    file: str
    kind: str
    rules: tuple[FieldRule, ...]
    delimiter: str = ","
    encoding: str = "utf-8-sig"

    @property
    def columns(self) -> set[str]:
        return {column for rule in self.rules for column in rule.columns}

    def column_of(self, field_name: str) -> str:
        return next((", ".join(rule.columns) for rule in self.rules if rule.name == field_name), "")


@dataclass(frozen=True)
class Mapping:
    source: str
    notation: Notation
    tables: tuple[TableRule, ...]


def shipped() -> dict[str, Path]:
    """Return the mappings that come with Plumb, by name."""
    return {path.stem: path for path in sorted(SHIPPED.glob("*.toml"))}


def read(text: str) -> Mapping:
    """Return the mapping written in `text` (TOML); raises BadMapping."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadMapping(_("The mapping is not valid TOML: %(error)s") % {"error": error}) from None
    _only(document, {"source", "timezone", "dates_at", "table"}, _("the mapping"))
    tables = document.get("table") or []
    if not isinstance(tables, list) or not tables:
        raise BadMapping(_("The mapping has no [[table]]."))
    return Mapping(
        source=_source(document.get("source")),
        notation=Notation(zone=_zone(document.get("timezone", "UTC")), noon=_noon(document.get("dates_at", "12:00"))),
        tables=tuple(_table(number, table) for number, table in enumerate(tables, 1)),
    )


def _source(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[\w-]{1,50}", value, re.ASCII):
        raise BadMapping(_("Give `source` a short name of letters, digits, - and _."))
    return value


def _zone(value: Any) -> ZoneInfo:
    if value not in known():
        raise BadMapping(_("`timezone` = “%(value)s” is not a time zone.") % {"value": value})
    return ZoneInfo(value)


def _noon(value: Any) -> time:
    try:
        return time.fromisoformat(str(value))
    except ValueError:
        raise BadMapping(_("`dates_at` = “%(value)s” is not a time such as 12:00.") % {"value": value}) from None


def _table(number: int, table: Any) -> TableRule:
    where = _("table %(number)d") % {"number": number}
    if not isinstance(table, dict):
        raise BadMapping(_("Write [[table]] for each file (%(where)s).") % {"where": where})
    _only(table, {"file", "to", "columns", "delimiter", "encoding"}, where)
    file, kind, columns = table.get("file"), table.get("to"), table.get("columns")
    if not isinstance(file, str) or not file or Path(file).name != file:
        raise BadMapping(_("Give `file` the name of a file, without a folder (%(where)s).") % {"where": where})
    if kind not in RECORDS:
        raise BadMapping(
            _("%(file)s: `to` must be one of: %(known)s.") % {"file": file, "known": ", ".join(sorted(RECORDS))}
        )
    if not isinstance(columns, dict) or "external_id" not in columns:
        raise BadMapping(_("%(file)s: `columns` must say at least where `external_id` comes from.") % {"file": file})
    rules = tuple(_rule(file, kind, name, rule) for name, rule in columns.items())
    return TableRule(file, kind, rules, table.get("delimiter", ","), table.get("encoding", "utf-8-sig"))


def _rule(file: str, kind: str, name: str, rule: Any) -> FieldRule:
    where = f"{file}, {name}"
    if name not in RECORDS[kind].fields_of_files:
        known_fields = ", ".join(RECORDS[kind].fields_of_files)
        raise BadMapping(
            _("%(where)s: there is no such field. Known: %(known)s.") % {"where": where, "known": known_fields}
        )
    if isinstance(rule, str):
        return FieldRule(name=name, column=rule)
    if not isinstance(rule, dict):
        raise BadMapping(_("%(where)s: write the name of a column or a table of rules.") % {"where": where})
    _only(rule, KEYS_OF_RULE, where)
    if sum(key in rule for key in SOURCES_OF_RULE) != 1:
        raise BadMapping(
            _("%(where)s: give exactly one of %(keys)s.") % {"where": where, "keys": ", ".join(SOURCES_OF_RULE)}
        )
    repairs = tuple(rule.get("repair", ()))
    if unknown := set(repairs) - set(REPAIRS):
        raise BadMapping(
            _("%(where)s: unknown repair %(names)s.") % {"where": where, "names": ", ".join(sorted(unknown))}
        )
    if rule.get("bad", "reject") not in ("reject", "leave out"):
        raise BadMapping(_("%(where)s: `bad` is “reject” or “leave out”.") % {"where": where})
    if "first_contact_of" in rule and name != "contact":
        raise BadMapping(_("%(where)s: only `contact` can be the first contact of a company.") % {"where": where})
    return FieldRule(
        name=name,
        **{key: str(rule[key]) for key in SOURCES_OF_RULE if key in rule},
        repairs=repairs,
        replace=rule.get("replace", {}),
        values=rule.get("values"),
        leaves_out=rule.get("bad") == "leave out",
        is_wanted=bool(rule.get("wanted")),
        is_unique=bool(rule.get("unique")),
    )


def _only(table: AnyMapping[str, Any], allowed: set[str], where: str) -> None:
    if unknown := set(table) - allowed:
        names = ", ".join(sorted(unknown))
        raise BadMapping(_("%(where)s: unknown key %(names)s.") % {"where": where, "names": names})
