"""Files as they come from the wild, or from somebody who means harm, go all the way through the pages."""

import datetime
import io
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crm.imports import runs
from crm.models import Contact, Deal, ImportRun
from tests.crm.test_import_wizard import begun, page_of, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(client, administrator):
    client.force_login(administrator)
    return client


ROWS = "contact_id,first_name,email\n1,Олена,olena@shop.example\n2,Ivan,ivan@shop.example\n"


def uploaded(pages, content, name="contacts.csv"):
    content = content.encode() if isinstance(content, str) else content
    return pages.post(
        reverse("admin:crm_importrun_add"), {"csv_files": [SimpleUploadedFile(name, content)], "shipped": ""}
    )


def gone_through(pages, content, name="contacts.csv", **more):
    """Send a file, match, look, start, and open every page on the way; return the run."""
    answer = uploaded(pages, content, name)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    run = ImportRun.objects.latest("pk")
    assert pages.get(page_of(run, "match")).status_code == 200
    answer = told(pages, run, "check", **more)
    assert answer.status_code == 302, answer.context["trouble"]
    assert runs.run_due() == 1
    page = pages.get(page_of(run, "check"))
    assert page.status_code == 200
    assert "errornote" not in page.content.decode()
    begun(pages, run)
    assert runs.run_due() == 1
    assert pages.get(page_of(run, "change")).status_code == 200
    run.refresh_from_db()
    assert (run.status, run.error) == ("done", "")
    if run.refused_rows.exists():
        assert b"".join(pages.get(reverse("admin:crm_importrun_refused", args=[run.pk, 0])).streaming_content)
    assert pages.get(page_of(run, "mapping")).status_code == 200
    return run


def names():
    return dict(Contact.objects.order_by("external_id").values_list("external_id", "first_name"))


BOTH = {"1": "Олена", "2": "Ivan"}
ENCODED = {
    "UTF-8 with a mark": ROWS.encode("utf-8-sig"),
    "UTF-16": ROWS.encode("utf-16"),
    "UTF-16 big-endian without a mark": (ROWS + "3,Q,q@shop.example\n" * 0).encode("utf-16-be"),
    "CP1251": ROWS.encode("cp1251"),
    "mixed line ends": ROWS.replace("email\n", "email\r\n")
    .replace("olena@shop.example\n", "olena@shop.example\r")
    .encode(),
    "blank lines": ROWS.replace("\n", "\n\n").encode(),
    "no line end": ROWS.rstrip().encode(),
    "trailing delimiters": ROWS.replace("\n", ",,\n").encode(),
    "the end of old programs": (ROWS + "\x1a").encode(),
}


@pytest.mark.parametrize("content", ENCODED.values(), ids=ENCODED)
def test_whatever_it_is_written_in_the_names_read_right(pages, content):
    gone_through(pages, content)

    assert names() == BOTH


HEADERS = {
    "twice": "contact_id,first_name,email,note,note",
    "twice but for the case": "contact_id,first_name,email,Note,NOTE",
    "empty": "contact_id,first_name,email,,",
    "only spaces": "contact_id,first_name,email, ,\t",
    "script": 'contact_id,first_name,email,<script>alert(1)</script>,"</select>"',
    "what TOML parts by": 'contact_id,first_name,email,"a = ""b""\n[[table]]",\\u0000 \\',
    "braces": "contact_id,first_name,email,{contact_id},{0.__class__}",
    "writing turned over": "contact_id,first_name,email,\u202enote,\u200bnote2",
    "null characters": "contact_id,first_name,email,no\x00te,x",
    "very long": f"contact_id,first_name,email,{'x' * 5000},y",
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_whatever_the_columns_are_called_the_known_ones_are_found(pages, header):
    rows = "\n1,Олена,olena@shop.example,a,b\n2,Ivan,ivan@shop.example,c,d\n"

    gone_through(pages, header + rows)

    assert names() == BOTH
    assert "<script>alert" not in pages.get(page_of(ImportRun.objects.get(), "change")).content.decode()


CELLS = {
    "huge": f"9,{'x' * 900_000},a@shop.example",
    "beyond all bounds": f"9,{'x' * 2_000_000},a@shop.example",
    "null characters": "9,a\x00b,a@shop.example",
    "longer than the header": "9,Name,a@shop.example,more,and more",
    "shorter than the header": "9,Name",
    "a quote that nothing closes": '9,"Name,a@shop.example',
    "half a pair": "3,Надія Іваненко,n@shop.example\n".encode() + b"9,\xed\xa0\xbd,a@shop.example",
}


@pytest.mark.parametrize("row", CELLS.values(), ids=CELLS)
def test_a_bad_row_stops_only_itself_and_is_told(pages, row):
    row = row if isinstance(row, bytes) else row.encode()

    run = gone_through(pages, ROWS.encode().replace(b"2,Ivan", row + b"\n2,Ivan"))

    assert {name: value for name, value in names().items() if name not in ("3", "9")} == BOTH
    assert run.findings.exists()


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "@SUM(1)", "+1+1", "-2", "\t=1"])
def test_formulas_are_text_and_leave_as_text(pages, cell):
    run = gone_through(pages, f'contact_id,first_name,email\n1,"{cell}",nowhere\n2,Ona,ona@shop.example\n')

    assert names() == {"1": cell.strip(), "2": "Ona"}
    refused = b"".join(pages.get(reverse("admin:crm_importrun_refused", args=[run.pk, 0])).streaming_content).decode()
    assert f",'{cell}," in refused or f",'{cell.strip()}," in refused


def workbook(*sheets, merge="", **properties):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        if merge:
            sheet.merge_cells(merge)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def test_dates_of_a_workbook_are_dates_also_where_they_are_numbers(pages):
    Contact.objects.create(source="files", external_id="K1")
    rows = [["deal_id", "contact_id", "status", "close_date"], ["D1", "K1", "won", datetime.date(2026, 5, 4)]]
    gone_through(pages, workbook(("Deals", rows)), "deals.xlsx")
    rows[1] = ["D2", "K1", "won", 46146]
    gone_through(pages, workbook(("Deals", rows)), "deals.xlsx")

    assert {str(deal.closed_at.date()) for deal in Deal.objects.all()} == {"2026-05-04"}
    assert Deal.objects.count() == 2


def test_merged_cells_hold_their_value_once_and_sheets_stand_alone(pages):
    rows = [["contact_id", "first_name", "email"], [1, "Олена", "olena@shop.example"], [2, "Ivan", None]]
    content = workbook(("People", rows), ("Notes", [["just words"], ["and more"]]), merge="B3:C3")

    run = gone_through(pages, content, "book.xlsx", **{"file-1-kind": "-"})

    assert names() == BOTH
    assert list(run.headers) == ["book.xlsx [People]"]


def bomb():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (310 * 1024 * 1024))
    return made.getvalue()


@pytest.mark.parametrize(
    ("make", "name", "sentence"),
    [
        (bomb, "bomb.xlsx", "unpacks into more than is read"),
        (lambda: b"PK\x03\x04 nothing", "broken.xlsx", "cannot be read as an Excel workbook"),
        (lambda: ",".join(f"c{n}" for n in range(500)), "wide.csv", "has 500 columns; at most 150"),
        (lambda: b"\xd0\xcf\x11\xe0 old", "old.xls", "is not a CSV file but Excel"),
        (lambda: b"\x00" * 5000, "zeros.csv", ""),
        (lambda: b"\xff\xfe", "mark.csv", "does not begin with the names of its columns"),
        (lambda: "\n\n\n", "blank.csv", "does not begin with the names of its columns"),
        (lambda: '"', "quote.csv", ""),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(pages, make, name, sentence):
    answer = uploaded(pages, make(), name)

    assert answer.status_code == 200
    assert answer.context["adminform"].form.non_field_errors()
    assert sentence in answer.content.decode()
    assert not ImportRun.objects.exists()
