"""Files to take along: templates to fill in, and the refused rows of an import to correct."""

import io
from collections.abc import Iterator

import xlsxwriter
from django.utils.translation import gettext as _

from accounts.csv_files import csv_pieces, harmless
from crm.imports.plans import ORDER
from crm.models import ImportRun

# For each kind the columns of its template and an example row, of people and companies that cannot be.
EXAMPLES: dict[str, dict[str, str]] = {
    "company": {
        "external_id": "C-1", "name": "Acme", "domain": "acme.example", "industry": "technology", "size_band": "10-49",
        "region": "LT", "timezone": "Europe/Vilnius",
    },
    "product": {"external_id": "P-1", "name": "Widget", "is_active": "yes"},
    "channel": {"external_id": "CH-1", "name": "Web shop", "is_active": "yes"},
    "person": {
        "external_id": "U-1", "name": "Jonas Jonaitis", "email": "jonas@seller.example", "team": "Sales",
        "language": "lt", "timezone": "Europe/Vilnius",
    },
    "contact": {
        "external_id": "K-1", "company": "C-1", "first_name": "Ona", "last_name": "Onaitė", "email": "ona@acme.example",
        "phone": "+37060000000", "job_title": "Director", "language": "lt", "region": "LT",
        "customer_since": "2026-05-04",
    },
    "deal": {
        "external_id": "D-1", "contact": "K-1", "company": "C-1", "manager": "U-1", "product": "P-1", "channel": "CH-1",
        "title": "Widgets for Acme", "status": "won", "amount": "1250.50", "currency": "EUR", "opened_at": "2026-05-04",
        "closed_at": "2026-06-01",
    },
    "touchpoint": {
        "external_id": "T-1", "kind": "order_delivered", "contact": "K-1", "deal": "D-1", "occurred_at": "2026-06-03",
    },
}  # fmt: skip


def template(kind: str) -> str:
    """Return the template of one kind as CSV: the names of its columns and one example row."""
    row = EXAMPLES[kind]
    return "".join(csv_pieces(list(row), [[[harmless(cell) for cell in row.values()]]], marked=True))


def workbook() -> bytes:
    """Return the templates of all kinds as one workbook, a sheet for each."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True})
        for kind in ORDER:
            sheet = book.add_worksheet(kind)
            for place, (name, cell) in enumerate(EXAMPLES[kind].items()):
                sheet.write_string(0, place, name, bold)
                sheet.write_string(1, place, cell)
            sheet.set_column(0, len(EXAMPLES[kind]), 18)
    return made.getvalue()


def refused(run: ImportRun, file: str) -> Iterator[str]:
    """Yield the refused rows of a file as CSV, with line and reason behind; corrected, it can be imported again."""
    header = [str(name) for name in run.headers.get(file, [])]
    rows = run.refused_rows.filter(file=file).order_by("line", "pk").iterator()
    pages = (
        [[*(harmless(str(cell)) for cell in _padded(row.cells, len(header))), row.line, harmless(row.reasons)]]
        for row in rows
    )
    names = [*(harmless(name) for name in header), _("line in the file"), _("what is wrong")]
    yield from csv_pieces(names, pages, marked=True)


def _padded(cells: list[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))][: max(width, 1)]
