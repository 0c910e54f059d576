"""The first rows of each file as an import would take them, before anything is taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from accounts.encodings import Encoding
from crm.imports import mapping
from crm.imports.converter import Converter, FirstContactOf
from crm.imports.files import Files
from crm.imports.report import ImportReport, RowFault
from crm.imports.rules import TableRule
from crm.imports.tables import layout_of, lines_of
from crm.imports.uniqueness import SeenInMemory, without_repeats

ROWS = 20
NOTHING_KNOWN: Mapping[str, Encoding] = {}


@dataclass(frozen=True)
class PreviewedRow:
    """`values` by field, as they would be kept, those left out that the row says nothing about; None: refused."""

    line: int
    values: dict[str, Any] | None


@dataclass
class PreviewedTable:
    """`read_as`: encoding and delimiter; `columns`: the names in the header of the file."""

    file: str
    kind: str
    read_as: str
    columns: tuple[str, ...]
    rows: list[PreviewedRow] = field(default_factory=list)
    findings: list[RowFault] = field(default_factory=list)


def preview(
    text: str, files: Files, *, rows: int = ROWS, encodings: Mapping[str, Encoding] = NOTHING_KNOWN
) -> list[PreviewedTable]:
    """Return for each table of the mapping `text` its first `rows` rows with what there is to say about them.

    `encodings`: those of files that were read whole before. Nothing is written, and no reference to another record is
    looked up. Raises BadMapping and BadFile.
    """
    return [_previewed(table, files, rows, encodings.get(table.file)) for table in mapping.read(text).tables]


def _previewed(table: TableRule, files: Files, rows: int, encoding: Encoding | None) -> PreviewedTable:
    layout = layout_of(files, table, encoding)
    previewed = PreviewedTable(table.file, table.kind, layout.as_text, layout.header)
    report = ImportReport()
    converter = Converter(table, report)
    lines = list(islice(lines_of(files, table, layout), rows))
    converted = [row for line in lines if (row := converter.convert(line))]
    taken = {row.line.number: row.values for row in without_repeats(converter, converted, SeenInMemory(), 0)}
    for line in lines:
        values = taken.get(line.number)
        shown = {name: _shown(value) for name, value in values.items()} if values is not None else None
        previewed.rows.append(PreviewedRow(line.number, shown))
    previewed.findings = sorted(report.findings, key=lambda finding: finding.line)
    return previewed


def _shown(value: Any) -> Any:
    return value.company if isinstance(value, FirstContactOf) else value
