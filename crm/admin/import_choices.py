"""What can be chosen for one file of an import, and how it is read back from the form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import phonenumbers
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.plaintext import clean
from crm.imports import labels, plans
from crm.imports.files import Files
from crm.imports.plans import FilePlan
from crm.imports.preview import PreviewedTable
from crm.imports.tables import DELIMITERS
from crm.records.kinds import RECORDS

ENCODINGS = ("utf-8", "utf-16", "cp1251", "cp1257", "cp1252", "cp1250")
# From so many choices on a field is looked for by typing.
MANY = 15
Choice = tuple[str, str, bool]


@dataclass
class FileChoices:
    place: int
    plan: FilePlan
    previewed: PreviewedTable | None = None
    trouble: str = ""

    @property
    def prefix(self) -> str:
        return f"file-{self.place}"

    def _marked(self, choices: list[tuple[str, str]], chosen: str) -> list[Choice]:
        return [(value, label, value == chosen) for value, label in choices]

    @property
    def kinds(self) -> list[Choice]:
        kinds = [(kind, labels.of_kind(kind)) for kind in plans.ORDER]
        return self._marked([("-", _("nothing: leave this file out")), *kinds], self.plan.kind or "-")

    @property
    def encodings(self) -> list[Choice]:
        return self._marked([("", _("found")), *((name, name.upper()) for name in ENCODINGS)], self.plan.encoding)

    @property
    def delimiters(self) -> list[Choice]:
        signs = [(sign, _("Tab") if sign == "\t" else sign) for sign in DELIMITERS]
        return self._marked([("", _("found")), *signs], self.plan.delimiter)

    @property
    def dates(self) -> list[Choice]:
        said = {
            "": _("2026-05-04 or 04.05.2026"),
            "day first": _("day first: 4/5/2026"),
            "month first": _("month first: 5/4/2026"),
            "excel": _("day numbers of Excel: 46146"),
            "excel 1904": _("day numbers of Excel since 1904"),
        }
        return self._marked(list(said.items()), self.plan.dates)

    @property
    def decimals(self) -> list[Choice]:
        return self._marked([("", _("told by each amount")), (".", "1250.50"), (",", "1250,50")], self.plan.decimal)

    @property
    def identities(self) -> list[Choice]:
        columns = [(name, name) for name in self.plan.header]
        return self._marked([("", _("choose a column")), *columns], self.plan.external_id)

    @property
    def has_many(self) -> bool:
        return len(labels.fields(self.plan.kind)) > MANY if self.plan.kind else False

    @property
    def columns(self) -> Iterator[dict[str, Any]]:
        fields = labels.fields(self.plan.kind) if self.plan.kind else []
        for number, name in enumerate(self.plan.header):
            chosen = self.plan.columns.get(name, "")
            yield {
                "key": f"{self.prefix}-column-{number}",
                "name": name,
                "example": self.plan.examples.get(name, ""),
                "choices": self._marked([("", _("leave out")), *fields], chosen),
            }

    @property
    def words(self) -> Iterator[dict[str, Any]]:
        for column, name, words in self.plan.asked():
            number = self.plan.header.index(column)
            choices = [(str(value), str(label)) for value, label in RECORDS[self.plan.kind].fields[name].choices or []]
            for place, word in enumerate(words):
                meant = self.plan.words.get(column, {}).get(word, "")
                yield {
                    "key": f"{self.prefix}-word-{number}-{place}",
                    "column": column,
                    "word": word,
                    "choices": self._marked([("", _("as it stands")), *choices], meant),
                }

    @property
    def headings(self) -> list[tuple[str, str]]:
        """The fields that a row of the preview has, with what they are called."""
        said = dict.fromkeys(name for row in self.previewed.rows for name in row.values or {}) if self.previewed else {}
        return [(name, labels.of_field(self.plan.kind, name)) for name in said]

    @property
    def rows(self) -> list[dict[str, Any]]:
        if not self.previewed:
            return []
        said: dict[int, list[str]] = {}
        for finding in self.previewed.findings:
            said.setdefault(finding.line, []).append(f"{finding.column}: {finding.reason}".removeprefix(": "))
        return [
            {
                "line": row.line,
                "is_refused": row.values is None,
                "cells": [_shown((row.values or {}).get(name)) for name, _label in self.headings],
                "said": " ".join(said.get(row.line, [])),
            }
            for row in self.previewed.rows
        ]

    def take(self, typed: Mapping[str, str], files: Files) -> list[str]:
        """Take over what was chosen for this file; return what cannot be, and raise BadFile when it cannot be read."""
        one, before = self.plan, (self.plan.kind, self.plan.encoding, self.plan.delimiter)
        kind = self._of(typed, "kind", ["-", *plans.ORDER], one.kind or "-").replace("-", "")
        one.encoding = self._of(typed, "encoding", ["", *ENCODINGS], one.encoding)
        one.delimiter = self._of(typed, "delimiter", ["", *DELIMITERS], one.delimiter)
        one.dates = self._of(typed, "dates", ["", *plans.DATES], one.dates)
        one.decimal = self._of(typed, "decimal", ["", ".", ","], one.decimal)
        one.leaves_out = f"{self.prefix}-leaves_out" in typed
        one.external_id = self._of(typed, "external_id", ["", *one.header], one.external_id)
        if kind == one.kind and kind:
            self._take_columns(typed)
        elif kind:
            one.kind, one.columns, one.words, one.external_id = kind, {}, {}, ""
        else:
            one.kind = ""
        if (one.kind, one.encoding, one.delimiter) != before and one.kind:
            plans.looked_at(files, one)
        return self._take_words_and_codes(typed)

    def _of(self, typed: Mapping[str, str], key: str, known: list[str], otherwise: str) -> str:
        value = typed.get(f"{self.prefix}-{key}", otherwise)
        return value if value in known else otherwise

    def _take_columns(self, typed: Mapping[str, str]) -> None:
        one, names = self.plan, [name for name, _label in labels.fields(self.plan.kind)]
        for number, column in enumerate(one.header):
            field = self._of(typed, f"column-{number}", ["", *names], one.columns.get(column, ""))
            one.columns.pop(column, None)
            if field:
                one.columns[column] = field
        plans.ask_for_words(one)
        for words in self.words:
            known = [value for value, _label, _chosen in words["choices"]]
            meant = typed.get(words["key"], "-")
            if meant in known:
                one.words.setdefault(words["column"], {})[words["word"]] = meant

    def _take_words_and_codes(self, typed: Mapping[str, str]) -> list[str]:
        one, troubles = self.plan, []
        one.region = clean(typed.get(f"{self.prefix}-region", one.region), limit=20).upper()
        one.currency = clean(typed.get(f"{self.prefix}-currency", one.currency), limit=20).upper()
        if one.region and one.region not in phonenumbers.SUPPORTED_REGIONS:
            troubles.append(_("%(file)s: write the country of phones as a code such as LT.") % {"file": one.name})
        if one.currency and not (len(one.currency) == 3 and one.currency.isascii() and one.currency.isalpha()):
            troubles.append(_("%(file)s: write the currency as a code such as EUR.") % {"file": one.name})
        return troubles


def _shown(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return _("yes") if value else _("no")
        case datetime():
            return formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
        case date():
            return formats.date_format(value, "SHORT_DATE_FORMAT")
        case tuple() | list():
            return ", ".join(str(one) for one in value)
    return str(value)
