"""What a report says in the words of its reader: one document, of which page, PDF and letter are forms. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

# So many hexadecimal digits of the hash are printed, in groups of four.
PRINTED_DIGITS = 16
# What belongs to a form of the report and not to what it says: where its words lead, and how a page draws.
OF_THE_FORM = frozenset({"url", "narrow", "paper"})


@dataclass(frozen=True, slots=True)
class Quotation:
    """What a customer wrote, without a name; `url` leads to the answer."""

    text: str
    language: str
    score: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Something said: of `name` where it has one, to which `url` leads.

    `mark` says how sure it is, in the `tone` good, bad or none; `note` is said beside it, in small.
    """

    text: str
    name: str = ""
    url: str = ""
    mark: str = ""
    tone: str = ""
    note: str = ""
    quotes: tuple[Quotation, ...] = ()


@dataclass(frozen=True, slots=True)
class TableCell:
    """A text that may lead to the answers which it counts; `tone`: good, bad or none; `note`: in small behind it."""

    text: str
    url: str = ""
    tone: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReportTable:
    """Rows of as many cells as `heads`; the first names its row, all others are numbers. `note` stands below."""

    key: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[TableCell, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReportChart:
    """A drawing as SVG, and in words for those who do not see it.

    `narrow` and `paper` are the same for a phone and for a sheet of paper, or empty where it needs no other.
    """

    key: str
    svg: str
    alt: str
    narrow: str = ""
    paper: str = ""


@dataclass(frozen=True, slots=True)
class ReportSection:
    """One part of a report: sentences, drawings and tables, in this order."""

    key: str
    title: str
    sentences: tuple[Sentence, ...] = ()
    charts: tuple[ReportChart, ...] = ()
    tables: tuple[ReportTable, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number of the first lines; `notes` say what it rests on, `url` leads to what it counts."""

    key: str
    name: str
    value: str
    notes: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """A whole report. `days`: its period; `scope`: whose answers these are; `language`: in which it is written."""

    title: str
    days: str
    scope: str
    language: str
    figures: tuple[KeyFigure, ...]
    sections: tuple[ReportSection, ...]

    @property
    def fingerprint(self) -> str:
        """The beginning of the SHA-256 of everything that it says: the same report has the same one, any other not."""
        said = json.dumps(_said(asdict(self)), ensure_ascii=False, sort_keys=True)
        digits = hashlib.sha256(said.encode()).hexdigest()[:PRINTED_DIGITS]
        return " ".join(digits[start : start + 4] for start in range(0, PRINTED_DIGITS, 4))

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it, with its fingerprint."""
        return {**asdict(self), "fingerprint": self.fingerprint}


def _said(part: Any) -> Any:
    if isinstance(part, Mapping):
        return {name: _said(value) for name, value in part.items() if name not in OF_THE_FORM}
    return [_said(each) for each in part] if isinstance(part, list | tuple) else part
