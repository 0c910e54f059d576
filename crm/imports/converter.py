"""From the cells of a row to the values of a record: repair, translate, read, as the mapping says."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.plaintext import quoted
from crm.imports.report import ImportReport, Severity
from crm.imports.rules import REPAIRS, FieldRule, TableRule
from crm.imports.tables import SourceLine
from crm.records.amounts import currency_in
from crm.records.kinds import RECORDS
from crm.records.notation import Notation, Untold

# How a spreadsheet shows a number that is too long for its cell, so that two IDs become one.
SHORTENED = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE)


@dataclass(frozen=True)
class FirstContactOf:
    """Stands for a contact that is found later: the first good one of this company."""

    company: str


OF_A_COUNTRY = 'region = "LT"'


def _remedy(example: str) -> str:
    return _("The mapping can tell, for instance by %(example)s.") % {"example": example}


class Bad(Exception):
    """A value that cannot be used."""


# A field about which the row says nothing.
UNSAID = object()


@dataclass
class Converted:
    """The values of one row by field; those fields are missing about which it says nothing."""

    line: SourceLine
    values: dict[str, Any] = field(default_factory=dict)
    is_refused: bool = False


@dataclass
class Converter:
    """Converts the rows of one file; what is wrong with them goes into the report."""

    table: TableRule
    report: ImportReport

    def __post_init__(self) -> None:
        record = RECORDS[self.table.kind]
        self.fields = record.fields_of_files
        self.contradictions = record.contradictions

    def convert(self, line: SourceLine) -> Converted | None:
        """Return the record of a row, or None when it was rejected."""
        if line.trouble:
            self.report.reject(self.table.file, line.number, "", line.trouble)
            return None
        if line.doubt:
            self.report.find(self.table.file, line.number, "", Severity.NOTE, line.doubt)
        converted = Converted(line)
        for rule in self.table.rules:
            try:
                value = self._value(rule, line)
            except Bad as error:
                if not self.put_aside(line, rule, str(error)):
                    return None
                continue
            if value is not UNSAID:
                converted.values[rule.name] = value
        for name, reason in self.contradictions(converted.values).items():
            self.report.reject(self.table.file, line.number, self.table.column_of(name) or name, reason)
            return None
        return converted if self._is_of_one_currency(converted) else None

    def _is_of_one_currency(self, converted: Converted) -> bool:
        """Refuse an amount in another currency than the row says; say so where the row says none."""
        line, values, rule = converted.line, converted.values, self.table.rule_of("amount")
        seen = currency_in(line.cells[rule.column]) if rule and rule.column and "amount" in values else ""
        if not rule or seen in ("", values.get("currency")):
            return True
        if values.get("currency"):
            told = {"seen": seen, "told": values["currency"]}
            del values["amount"]
            return self.put_aside(line, rule, _("The amount is in %(seen)s, the row says %(told)s.") % told)
        self._note(rule, line, _("The amount is in %(seen)s; no column says so. Map `currency`.") % {"seen": seen})
        return True

    def put_aside(self, line: SourceLine, rule: FieldRule, reason: str) -> bool:
        """Report a value that cannot be used; say whether the row is taken without it."""
        column = ", ".join(rule.columns) or rule.name
        if rule.leaves_out:
            self.report.find(self.table.file, line.number, column, Severity.LEFT_OUT, reason)
        else:
            self.report.reject(self.table.file, line.number, column, reason)
        return rule.leaves_out

    def _value(self, rule: FieldRule, line: SourceLine) -> Any:
        if rule.first_contact_of:
            company = line.cells[rule.first_contact_of].strip()
            if not company:
                raise Bad(_("The row names no company, and hence no contact to ask."))
            return FirstContactOf(company)
        text = self._translated(rule, self._repaired(rule, self._text(rule, line))).strip()
        if not text:
            return self._empty(rule, line)
        if rule.name == "external_id" and SHORTENED.fullmatch(text):
            self._note(rule, line, _("A spreadsheet has shortened this ID; two may have become one."))
        return self._read(rule, text, line)

    def _empty(self, rule: FieldRule, line: SourceLine) -> Any:
        """An empty cell says nothing about its field, unless the mapping says that it empties it."""
        if rule.name == "external_id":
            raise Bad(_("The row has no ID."))
        if rule.is_wanted:
            self._note(rule, line, _("This is empty."))
        described = self.fields[rule.name]
        return described.empty if rule.clears and described.may_be_empty else UNSAID

    def _read(self, rule: FieldRule, text: str, line: SourceLine) -> Any:
        described, notation = self.fields[rule.name], self._notation(rule, line)
        try:
            return described.read(text, notation)
        except Untold as error:
            raise Bad(f"{error} {_remedy(error.example)}") from None
        except ValueError as error:
            is_of_no_country = described.is_of_phones and not notation.region
            raise Bad(f"{error} {_remedy(OF_A_COUNTRY)}" if is_of_no_country else str(error)) from None

    def _notation(self, rule: FieldRule, line: SourceLine) -> Notation:
        """A contact's own region explains its phone number better than that of the whole file."""
        region = self.table.rule_of("region") if self.fields[rule.name].is_of_phones else None
        return rule.notation.in_region(line.cells[region.column]) if region and region.column else rule.notation

    def _text(self, rule: FieldRule, line: SourceLine) -> str:
        if rule.template:
            try:
                return rule.template.filled(line.cells)
            except ValueError as error:
                raise Bad(str(error)) from None
        return rule.constant or line.cells[rule.column]

    def _repaired(self, rule: FieldRule, raw: str) -> str:
        for name in rule.repairs:
            repaired = REPAIRS[name](raw)
            if repaired != raw:
                self.report.repaired(self.table.file, rule.column, name)
            raw = repaired
        if raw in rule.replace:
            self.report.repaired(self.table.file, rule.column, f"{quoted(raw)} → {quoted(rule.replace[raw])}")
            return rule.replace[raw]
        return raw

    def _translated(self, rule: FieldRule, raw: str) -> str:
        word = raw.strip()
        if rule.values is None or (not word and "" not in rule.values):
            return raw
        if word not in rule.values:
            known = quoted(", ".join(rule.values), 200)
            raise Bad(_("“%(value)s” is not one of: %(known)s.") % {"value": quoted(word), "known": known})
        return rule.values[word]

    def _note(self, rule: FieldRule, line: SourceLine, reason: str) -> None:
        self.report.find(self.table.file, line.number, ", ".join(rule.columns) or rule.name, Severity.NOTE, reason)
