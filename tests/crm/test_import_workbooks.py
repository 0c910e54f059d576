"""Workbooks are read by their values alone, within bounds, whatever is sent as one."""

import io
import zipfile
from datetime import date, datetime

import pytest
from django.core.management import call_command
from openpyxl import Workbook

from crm.imports import workbooks
from crm.imports.files import BadFile, uploads
from crm.imports.preview import preview
from crm.models import Contact

MAPPING = """
source = "shop"
[[table]]
file = "people.xlsx [Clients]"
to = "contact"
[table.columns]
external_id = "id"
first_name = "name"
emails = "mail"
customer_since = "since"
"""


def book(*sheets):
    made = Workbook()
    made.remove(made.active)
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


CLIENTS = (
    "Clients",
    [["id", "name", "mail", "since"], [1.0, "Ona", "ona@shop.example\nona@home.example", date(2026, 5, 4)]],
)


def changed(content, **parts):
    """Return a workbook with parts in place of its own, or beside them."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, parts.pop(part.filename, old.read(part)))
        for name, data in parts.items():
            new.writestr(name, data)
    return made.getvalue()


def read(content, name="a.xlsx"):
    return workbooks.unpacked({name: content})


def test_a_sheet_is_a_file_and_dates_stay_dates():
    empty, clients = ("Notes", []), CLIENTS
    files = uploads(read(book(empty, clients), "people.xlsx"))

    (table,) = preview(MAPPING, files)

    assert table.rows[0].values == {
        "external_id": "1",
        "first_name": "Ona",
        "emails": ("ona@shop.example", "ona@home.example"),
        "customer_since": date(2026, 5, 4),
    }
    assert set(files) == {"people.xlsx", "people.xlsx [Clients]"}


def test_cells_are_said_as_programs_write_them_and_rows_keep_their_numbers():
    rows = [
        ["a", "b", "c"],
        [],
        [True, 0.5, datetime(2026, 5, 4, 16, 30)],  # noqa: DTZ001 (cells have no zone)
        [None, "x\ny", 10**9],
        [],
        [],
    ]

    assert read(book(("S", rows)))["a.xlsx"].decode() == "a,b,c\n\nyes,0.5,2026-05-04 16:30:00\n,x y,1000000000\n"


def test_a_formula_is_never_evaluated():
    # Saved by no spreadsheet, it has no value; one that has is read as that value.
    made = book(("S", [["id", "sum"], ["1", "=1+1"]]))
    sheet = zipfile.ZipFile(io.BytesIO(made)).read("xl/worksheets/sheet1.xml").decode()
    saved = changed(
        made, **{"xl/worksheets/sheet1.xml": sheet.replace("<v />", "<v>2</v>").replace("<v></v>", "<v>2</v>")}
    )

    assert read(made)["a.xlsx"] == b"id,sum\n1,\n"
    assert read(saved)["a.xlsx"] == b"id,sum\n1,2\n"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "cannot be read as an Excel workbook"),
        (b"id,name\n1,Acme\n", "cannot be read as an Excel workbook"),
        (b"PK\x03\x04 and no more", "cannot be read as an Excel workbook"),
        (book(("S", [])), "holds nothing"),
        (book(("S", [[f"c{n}" for n in range(10_000)]])), "has more than 500 columns"),
        (book(*((f"S{n}", [[1]]) for n in range(31))), "has 31 sheets"),
        (changed(book(CLIENTS), **{"xl/vbaProject.bin": b"x"}), "holds macros"),
        (changed(book(CLIENTS), **{"xl/worksheets/sheet1.xml": "<worksheet><sheetData><row>"}), "cannot be read"),
        (
            changed(book(CLIENTS), **{"xl/workbook.xml": '<!DOCTYPE x [<!ENTITY a "b">]><workbook>&a;</workbook>'}),
            "cannot be read",
        ),
        (changed(book(CLIENTS), **{"xl/workbook.xml": "<workbook/>".encode("utf-16")}), "cannot be read"),
    ],
    ids=["empty", "csv", "cut", "blank", "wide", "sheets", "macros", "broken", "entities", "utf-16"],
)  # fmt: skip
def test_what_is_no_workbook_is_refused_with_a_sentence(content, sentence):
    with pytest.raises(BadFile, match=sentence):
        read(content)


def test_a_workbook_whose_packed_parts_are_damaged_is_refused_with_a_sentence():
    made = book(CLIENTS)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        part = archive.getinfo("xl/workbook.xml")
    begins = part.header_offset + 30 + len(part.filename)
    damaged = made[:begins] + b"\xff" * 20 + made[begins + 20 :]

    with pytest.raises(BadFile, match="cannot be read as an Excel workbook"):
        read(damaged)


def test_a_small_file_that_unpacks_into_a_large_one_is_refused(monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 1_000_000)
    bomb = changed(book(CLIENTS), **{"xl/worksheets/sheet2.xml": b" " * 2_000_000})

    assert len(bomb) < 20_000
    with pytest.raises(BadFile, match="unpacks into more"):
        read(bomb)


@pytest.mark.parametrize(("limit", "most"), [("MOST_ROWS", 2), ("MOST_CELLS", 5)])
def test_rows_and_cells_are_bounded(monkeypatch, limit, most):
    monkeypatch.setattr(workbooks, limit, most)

    with pytest.raises(BadFile, match="more rows than are read"):
        read(book(("S", [["id", "name"], ["1", "a"], ["2", "b"], ["3", "c"]])))


def test_what_a_sheet_says_of_its_size_is_not_believed():
    made = book(CLIENTS)
    sheet = zipfile.ZipFile(io.BytesIO(made)).read("xl/worksheets/sheet1.xml").decode()
    lying = sheet.replace('<dimension ref="A1:D2"', '<dimension ref="A1:XFD1048576"')

    assert lying != sheet
    assert read(changed(made, **{"xl/worksheets/sheet1.xml": lying})) == read(made)


@pytest.mark.django_db
def test_the_command_reads_workbooks_too(tmp_path, capsys):
    (tmp_path / "people.xlsx").write_bytes(book(CLIENTS))
    (tmp_path / "m.toml").write_text(MAPPING)

    call_command("import_crm", str(tmp_path), mapping=str(tmp_path / "m.toml"))

    assert Contact.objects.get().email == "ona@shop.example"
