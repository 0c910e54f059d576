"""What a person chose in the browser for each file, and the mapping (docs/import.md) that says the same."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from accounts.encodings import Encoding
from accounts.plaintext import clean, quoted
from crm.imports import mapping
from crm.imports.files import BadFile, Files, encoding_of
from crm.imports.guesses import GuessedColumn, guess
from crm.imports.headings import STATES, plain
from crm.imports.labels import COMPANY_AND_CONTACT
from crm.imports.rules import FieldRule, TableRule
from crm.imports.tables import fold, layout_of, lines_of
from crm.records.fields import Shape
from crm.records.kinds import RECORDS

# What is looked at to guess, and how many columns and words a person is asked about.
ROWS = 2_000
MOST_COLUMNS = 150
MOST_WORDS = 20
SHOWN_CELLS = 200
SOURCE = "files"
DATES = ("day first", "month first", "excel", "excel 1904")
# The order in which tables are read: what others refer to comes first.
ORDER = ("company", "product", "channel", "person", "contact", "deal", "touchpoint")


class BadPlan(Exception):
    """The choices cannot be used; the message says why and what to do."""


@dataclass
class FilePlan:
    """`columns`: the field of each column that is taken; `words`: what the words of a column mean; `seen`: the few
    words that a column holds; `encoding`, `delimiter`: what a person set, "" to have them found; `found`: the name of
    the encoding of the whole file, and whether it is sure."""

    name: str
    kind: str = ""
    external_id: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""
    dates: str = ""
    decimal: str = ""
    region: str = ""
    currency: str = ""
    leaves_out: bool = True
    header: list[str] = field(default_factory=list)
    seen: dict[str, list[str]] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)
    read_as: str = ""
    found: list[Any] = field(default_factory=list)

    @property
    def encoding_found(self) -> Encoding | None:
        """The encoding in which the whole file was found to be, or was said to be; None before it was read."""
        return Encoding(*self.found) if self.found else None

    def asked(self) -> list[tuple[str, str, list[str]]]:
        """Return the columns whose words need a meaning, with their field and those words."""
        return [
            (column, name, self.seen.get(column, []))
            for column, name in self.columns.items()
            if _has_words(self.kind, name) and self.seen.get(column)
        ]


@dataclass
class ImportPlan:
    source: str = SOURCE
    timezone: str = "UTC"
    files: list[FilePlan] = field(default_factory=list)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "ImportPlan":
        """Return the plan that was kept as JSON."""
        names = {one.name for one in fields(FilePlan)}
        files = [FilePlan(**{k: v for k, v in one.items() if k in names}) for one in kept.get("files", [])]
        return cls(kept.get("source", SOURCE), kept.get("timezone", "UTC"), files)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def text(self, files: Iterable[FilePlan] | None = None) -> str:
        """Return the mapping as TOML; raises BadPlan with a sentence when something is chosen twice or not at all."""
        chosen = [one for one in (self.files if files is None else files) if one.kind]
        if not chosen:
            raise BadPlan(_("Say of at least one file what it holds."))
        chosen.sort(key=lambda one: ORDER.index(one.kind))
        head = f"source = {_toml(self.source)}\ntimezone = {_toml(self.timezone)}\n"
        return head + "".join(_table(one) for one in chosen)


def looked_at(files: Files, told: FilePlan) -> FilePlan:
    """Return the plan of a file with its columns, their words and how it is read; raises BadFile."""
    rule = TableRule(told.name, told.kind, (), told.delimiter, told.encoding)
    encoding = encoding_of(files, told.name, told.encoding)
    layout = layout_of(files, rule, encoding)
    once = [name for name in (clean(cell) for cell in layout.header) if name and len(name) <= mapping.LONGEST_NAME]
    folded = [fold(name) for name in once]
    header = [name for name in once if folded.count(fold(name)) == 1]
    if len(header) > MOST_COLUMNS:
        said = _("%(file)s has %(count)d columns; at most %(limit)d are matched. Remove those that are not needed.")
        raise BadFile(said % {"file": quoted(told.name), "count": len(header), "limit": MOST_COLUMNS})
    if not header:
        raise BadFile(_("%(file)s does not begin with the names of its columns.") % {"file": quoted(told.name)})
    rules = tuple(FieldRule(name=name, column=name) for name in header)
    layout = layout_of(files, TableRule(told.name, told.kind, rules, told.delimiter, told.encoding), encoding)
    cells: dict[str, list[str]] = {name: [] for name in header}
    lines = lines_of(files, TableRule(told.name, told.kind, rules, told.delimiter, told.encoding), layout)
    for line in islice(lines, ROWS):
        for name, cell in line.cells.items():
            if cell.strip():
                cells[name].append(cell.strip())
    told.header, told.read_as, told.found = header, layout.as_text, [encoding.name, encoding.is_sure]
    told.seen = {
        name: words for name, found in cells.items() if 0 < len(words := list(dict.fromkeys(found))) <= MOST_WORDS
    }
    told.examples = {name: quoted(found[0]) for name, found in cells.items() if found}
    return _guessed(told, [GuessedColumn(name, found[:SHOWN_CELLS]) for name, found in cells.items()])


def _guessed(told: FilePlan, columns: Sequence[GuessedColumn]) -> FilePlan:
    """Fill in what no person has said yet."""
    found = guess(told.name, columns, told.kind)
    if not told.kind or not told.columns:
        told.kind, told.columns, told.external_id = found.kind, dict(found.fields), found.external_id
        told.dates, told.decimal = told.dates or found.dates, told.decimal or found.decimal
        if told.kind == "deal" and "contact" not in told.columns.values():
            told.columns = {c: COMPANY_AND_CONTACT if f == "company" else f for c, f in told.columns.items()}
    told.columns = {column: name for column, name in told.columns.items() if column in told.header}
    ask_for_words(told)
    return told


def ask_for_words(told: FilePlan) -> None:
    """Propose a meaning for each word of the columns that hold a few known ones."""
    for column, name, words in told.asked():
        described = RECORDS[told.kind].fields_of_files[name]
        values = [str(value) for value, _label in described.choices or []]
        known = told.words.setdefault(column, {})
        for word in words:
            meant = word.lower() if word.lower() in values else _meant(word)
            known.setdefault(word, meant if meant in values else "")


def _has_words(kind: str, name: str) -> bool:
    described = RECORDS[kind].fields_of_files.get(name) if kind else None
    return described is not None and described.shape == Shape.CHOICE and name != "size_band"


def _meant(word: str) -> str:
    said = plain(word)
    return next((state for state, words in STATES.items() if said in {plain(one) for one in words.split("|")}), "")


def _taken(one: FilePlan) -> dict[str, str]:
    """Return the column of each field; BadPlan when two columns are one field."""
    taken: dict[str, str] = {}
    for column, name in one.columns.items():
        for real in name.split("+"):
            if real in taken:
                said = _("%(file)s: “%(one)s” and “%(other)s” are both the same field. Choose another for one of them.")
                told = {"file": quoted(one.name), "one": quoted(taken[real]), "other": quoted(column)}
                raise BadPlan(said % told)
            taken[real] = column
    return taken


def _table(one: FilePlan) -> str:
    if not one.external_id:
        raise BadPlan(_("%(file)s: choose the column that tells its rows apart.") % {"file": quoted(one.name)})
    taken = _taken(one)
    lines = [f"\n[[table]]\nfile = {_toml(one.name)}\nto = {_toml(one.kind)}"]
    said = {key: getattr(one, key) for key in ("delimiter", "encoding", "dates", "decimal", "region")}
    lines += [f"{key} = {_toml(value)}" for key, value in said.items() if value]
    lines.append(f"[table.columns]\nexternal_id = {_toml(one.external_id)}")
    for column in one.header:
        if name := one.columns.get(column):
            lines += _rules(one, column, name)
    if one.currency and "amount" in taken and "currency" not in taken:
        lines.append(f"currency = {{ constant = {_toml(one.currency)} }}")
    return "\n".join(lines) + "\n"


def _rules(one: FilePlan, column: str, name: str) -> list[str]:
    if name == COMPANY_AND_CONTACT:
        return [f"company = {_toml(column)}", f"contact = {{ first_contact_of = {_toml(column)} }}"]
    more = ""
    described = RECORDS[one.kind].fields_of_files[name]
    meant = {word: value for word, value in one.words.get(column, {}).items() if value}
    if _has_words(one.kind, name) and meant:
        known = {str(value): str(value) for value, _label in described.choices or []} | meant
        more += ", values = { " + ", ".join(f"{_toml(k)} = {_toml(v)}" for k, v in known.items()) + " }"
    if one.leaves_out and described.may_be_empty and described.shape != Shape.REFERENCE:
        more += ', bad = "leave out"'
    if described.shape == Shape.EMAIL:
        more += ', repair = ["trim", "lower"]'
    return [f"{name} = {{ column = {_toml(column)}{more} }}" if more else f"{name} = {_toml(column)}"]


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def is_source(name: str) -> bool:
    return re.fullmatch(r"[\w-]{1,50}", name, re.ASCII) is not None


def follow(plan: ImportPlan, text: str) -> None:
    """Let the files of `plan` be read as a saved mapping says, each by the table whose columns it has."""
    rules = mapping.read(text)
    plan.source = rules.source
    for one in plan.files:
        names = {fold(name): name for name in one.header}
        fitting = [table for table in rules.tables if {fold(column) for column in table.columns} <= set(names)]
        fitting.sort(key=lambda table: (table.file == one.name, len(table.columns)))
        if fitting:
            _follow(one, fitting[-1], names)


def _follow(one: FilePlan, table: TableRule, names: dict[str, str]) -> None:
    one.kind, one.columns, one.words = table.kind, {}, {}
    for rule in table.rules:
        column = names.get(fold(rule.column)) if rule.column else None
        if rule.name == "external_id":
            one.external_id = column or ""
        elif rule.first_contact_of:
            one.columns[names[fold(rule.first_contact_of)]] = COMPANY_AND_CONTACT
        elif rule.name == "currency" and rule.constant:
            one.currency = rule.constant
        elif column and one.columns.get(column) != COMPANY_AND_CONTACT:
            one.columns[column] = rule.name
            one.words[column] = dict(rule.values or {})
        one.dates = next(iter(rule.notation.dates), one.dates)
        one.decimal, one.region = rule.notation.decimal or one.decimal, rule.notation.region or one.region
    one.leaves_out = any(rule.leaves_out for rule in table.rules)
