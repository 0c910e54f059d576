"""What a file holds and what its columns mean, guessed by their names in four languages and by what stands in them.

Pure. A guess is only proposed: a person sees it beside the first rows and corrects it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm.imports.headings import FIELDS, FILES, IDS, plain
from crm.records.fields import Shape
from crm.records.kinds import RECORDS

# So much of a column must look like something.
ENOUGH = 0.7
# What a whole name that fits is worth beside one that only holds such a name.
EXACT, PART = 10, 4

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[\d()\s./-]{7,20}")
_DATE = re.compile(r"(\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{4})([ T].*)?")
_MONEY = re.compile(r"[^\d\w]?\s?-?\d[\d\s.,'’]*\s?\D{0,4}")
_DAY_NUMBER = re.compile(r"[2-5]\d{4}(\.\d+)?")
_SIGNED = re.compile(r"(\d\d?)([/-])(\d\d?)\2\d{4}")
LOOKS = (("email", _EMAIL), ("date", _DATE), ("phone", _PHONE), ("money", _MONEY))
SHAPES = {
    Shape.EMAIL: "email", Shape.PHONE: "phone", Shape.MOMENT: "date", Shape.DAY: "date", Shape.AMOUNT: "money",
}  # fmt: skip
# A column that looks so and is named like nothing, by kind: the field that it is.
BY_LOOK = {
    ("contact", "email"): "email", ("contact", "phone"): "phone", ("person", "email"): "email",
    ("deal", "money"): "", ("touchpoint", "date"): "occurred_at",
}  # fmt: skip


@dataclass(frozen=True)
class GuessedColumn:
    """One column of a file: its name and some of its cells, none of them empty."""

    name: str
    cells: Sequence[str] = ()

    @property
    def look(self) -> str:
        """What most of its cells look like: email, date, phone, money, or ""."""
        if not self.cells:
            return ""
        for look, pattern in LOOKS:
            if sum(pattern.fullmatch(cell.strip()) is not None for cell in self.cells) >= ENOUGH * len(self.cells):
                return look
        return ""

    @property
    def are_day_numbers(self) -> bool:
        """Whether all of it may be dates as spreadsheets count them, of 1954 to 2064."""
        return bool(self.cells) and all(_DAY_NUMBER.fullmatch(cell.strip()) for cell in self.cells)

    @property
    def is_unique(self) -> bool:
        return bool(self.cells) and len(set(self.cells)) == len(self.cells)


@dataclass(frozen=True)
class Guess:
    """`fields`: the field of each column that has one; `external_id`: the column that tells rows apart, or ""."""

    kind: str
    fields: Mapping[str, str]
    external_id: str
    dates: str = ""
    decimal: str = ""


def guess(file: str, columns: Sequence[GuessedColumn], kind: str = "") -> Guess:
    """Return what the columns of `file` mean; `kind` when a person has said what it holds."""
    kind = kind or kind_of(file, columns)
    fields = fields_of(kind, columns)
    dates = order_of_dates(columns) or day_numbers_of(kind, columns, fields)
    return Guess(kind, fields, id_of(kind, columns, fields), dates, decimal_of(columns))


def kind_of(file: str, columns: Sequence[GuessedColumn]) -> str:
    """Return the kind of record of which a file seems to be a table: by its name, its columns, and what they hold."""
    # A sheet is called better than its workbook.
    said = plain(file.rpartition("[")[2])
    by_name = next((kind for kind, words in FILES if any(plain(word) in said for word in words)), "")

    def worth(kind: str) -> tuple[int, int]:
        fields = fields_of(kind, columns)
        return len(fields) + (2 if kind == by_name else 0), -len(FIELDS[kind])

    return max(FIELDS, key=worth) if columns else by_name or "contact"


def fields_of(kind: str, columns: Sequence[GuessedColumn]) -> dict[str, str]:
    """Return the field that each column of a table means, each field once; columns that mean none are missing."""
    scored = [
        (score, -place, column.name, field)
        for place, column in enumerate(columns)
        for field, names in FIELDS[kind].items()
        if (score := _worth(kind, field, names, column)) > 0
    ]
    found: dict[str, str] = {}
    for _score, _place, column_name, field in sorted(scored, reverse=True):
        if column_name not in found and field not in found.values():
            found[column_name] = field
    for column in columns:
        field = BY_LOOK.get((kind, column.look), "")
        if field and column.name not in found and field not in found.values():
            found[column.name] = field
    return found


def _worth(kind: str, field: str, names: frozenset[str], column: GuessedColumn) -> int:
    """Return how well a column fits a field; 0: not at all. What it holds may contradict what it is called."""
    said = plain(column.name)
    parts = f" {said} "
    if said in IDS[kind] and said not in names:
        return 0
    score = EXACT if said in names else PART if any(f" {name} " in parts for name in names if len(name) > 3) else 0
    wanted = SHAPES.get(RECORDS[kind].fields[field].shape, "")
    if wanted == "email" and column.cells and not any("@" in cell for cell in column.cells):
        return 0
    if score and wanted == "date" and column.are_day_numbers:
        return score + 1
    if not score or not column.look or not wanted:
        return score
    return score + 2 if wanted == column.look or {wanted, column.look} == {"phone", "money"} else 0


def id_of(kind: str, columns: Sequence[GuessedColumn], fields: Mapping[str, str]) -> str:
    """Return the column that tells the rows of a table apart: one named so, else the name or the address."""
    own, any_id = IDS[kind], IDS[""]
    for names in (own, any_id):
        for column in columns:
            if plain(column.name) in names:
                return column.name
    told = {field: name for name, field in fields.items()}
    unique = {column.name for column in columns if column.is_unique}
    for field in ("name", "email", "title"):
        if told.get(field) in unique:
            return told[field]
    return next((column.name for column in columns if column.is_unique and column.look == ""), "")


def order_of_dates(columns: Sequence[GuessedColumn]) -> str:
    """Return “day first” or “month first” where a date such as 25/12/2026 tells it, else ""."""
    orders = set()
    for column in columns:
        for cell in column.cells if column.look == "date" else ():
            if found := _SIGNED.match(cell.strip()):
                first, second = int(found[1]), int(found[3])
                orders |= {"day first"} if first > 12 else {"month first"} if second > 12 else set()
    return orders.pop() if len(orders) == 1 else ""


def day_numbers_of(kind: str, columns: Sequence[GuessedColumn], fields: Mapping[str, str]) -> str:
    """Return “excel” where a column that means dates holds the day numbers of spreadsheets, else ""."""
    told = {name for name, field in fields.items() if SHAPES.get(RECORDS[kind].fields[field].shape) == "date"}
    return "excel" if any(column.name in told and column.are_day_numbers for column in columns) else ""


def decimal_of(columns: Sequence[GuessedColumn]) -> str:
    """Return the sign before the cents where an amount such as 1.250,50 tells it, else ""."""
    signs = {
        found[1]
        for column in columns
        if column.look == "money"
        for cell in column.cells
        if (found := re.search(r"\d([.,])\d\d?\D*$", cell))
    }
    return signs.pop() if len(signs) == 1 else ""
