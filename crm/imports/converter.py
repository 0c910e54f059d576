"""From the cells of a row to the values of a record: repair, translate, parse, as the mapping says."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from crm.imports.csv_files import Line
from crm.imports.mapping import REPAIRS, FieldRule, Mapping, TableRule
from crm.imports.report import Report, Severity
from crm.records.kinds import RECORDS


@dataclass(frozen=True)
class FirstContactOf:
    """Stands for a contact that is found later: the first good one of this company."""

    company: str


class Bad(Exception):
    """A value that cannot be used."""


@dataclass
class Converter:
    """Converts the rows of one file; remembers what must be unique in it."""

    mapping: Mapping
    table: TableRule
    report: Report
    seen: dict[tuple[str, Any], int] = field(default_factory=dict)

    def convert(self, line: Line) -> dict[str, Any] | None:
        """Return the record of a row, or None when it was rejected."""
        if line.trouble:
            self._reject(line, "", line.trouble)
            return None
        values: dict[str, Any] = {}
        for rule in self.table.rules:
            try:
                values[rule.name] = self._value(rule, line)
            except Bad as error:
                column = ", ".join(rule.columns) or rule.name
                if not rule.leaves_out:
                    self._reject(line, column, str(error))
                    return None
                self._find(line, column, Severity.LEFT_OUT, str(error))
                values[rule.name] = RECORDS[self.table.kind].fields[rule.name].empty
        return values

    def _value(self, rule: FieldRule, line: Line) -> Any:
        if rule.first_contact_of:
            company = line.cells[rule.first_contact_of].strip()
            if not company:
                raise Bad(_("The row names no company, and hence no contact to ask."))
            return FirstContactOf(company)
        raw = self._translated(rule, self._repaired(rule, self._raw(rule, line)))
        reader = RECORDS[self.table.kind].fields[rule.name]
        if not raw.strip():
            if rule.name == "external_id":
                raise Bad(_("The row has no ID."))
            if rule.is_wanted:
                self._find(line, rule.column, Severity.NOTE, _("This is empty."))
            return reader.empty
        try:
            value = reader.read(raw, self.mapping.notation)
        except ValueError as error:
            raise Bad(str(error)) from None
        if rule.is_unique or rule.name == "external_id":
            self._is_first(rule, value, line)
        return value

    def _raw(self, rule: FieldRule, line: Line) -> str:
        if rule.constant:
            return rule.constant
        if rule.template:
            filled = {column: line.cells[column].strip() for column in rule.columns}
            return rule.template.format(**filled) if all(filled.values()) else ""
        return line.cells[rule.column]

    def _repaired(self, rule: FieldRule, raw: str) -> str:
        for name in rule.repairs:
            repaired = REPAIRS[name](raw)
            if repaired != raw:
                self.report.repaired(self.table.file, rule.column, name)
            raw = repaired
        if raw in rule.replace:
            self.report.repaired(self.table.file, rule.column, f"{raw} → {rule.replace[raw]}")
            return rule.replace[raw]
        return raw

    def _translated(self, rule: FieldRule, raw: str) -> str:
        if rule.values is None or not raw.strip():
            return raw
        if raw.strip() not in rule.values:
            raise Bad(
                _("“%(value)s” is not one of: %(known)s.") % {"value": raw.strip(), "known": ", ".join(rule.values)}
            )
        return rule.values[raw.strip()]

    def _is_first(self, rule: FieldRule, value: Any, line: Line) -> None:
        earlier = self.seen.setdefault((rule.name, value), line.number)
        if earlier != line.number:
            raise Bad(_("Line %(line)d already has “%(value)s”.") % {"line": earlier, "value": value})

    def _reject(self, line: Line, column: str, reason: str) -> None:
        self.report.reject(self.table.file, line.number, column, reason)

    def _find(self, line: Line, column: str, severity: str, reason: str) -> None:
        self.report.find(self.table.file, line.number, column, severity, reason)
