from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from crm.imports.files import BadFile, uploads
from crm.imports.preview import PreviewedRow, preview
from crm.models import Contact, ImportRun

MAPPING = """
source = "shop"
timezone = "Europe/Vilnius"
dates = "month first"
decimal = ","

[[table]]
file = "contacts.csv"
to = "contact"
[table.columns]
external_id = "id"
email = { column = "mail", unique = true, bad = "leave out" }
phone = { column = "phone", region = "LT" }

[[table]]
file = "deals.csv"
to = "deal"
[table.columns]
external_id = "id"
contact = { first_contact_of = "firm" }
amount = "sum"
closed_at = "closed"
status = { column = "stage", values = { Closed = "won" } }
"""
FILES = {
    "contacts.csv": (
        "id;mail;phone\n1;ANN@shop.example;8 600 00000\n2;ann@shop.example;\n3;;12\n4;d@shop.example;\n"
    ).encode("utf-16"),
    "deals.csv": b"id;firm;sum;closed;stage\n7;Acme;1.250,50;5/4/2026 4:30 PM;Closed\n8;Acme;x;;\n",
}


def test_the_first_rows_are_shown_as_they_would_be_taken():
    contacts, deals = preview(MAPPING, uploads(FILES), rows=3)

    assert (contacts.read_as, contacts.columns) == ("UTF-16, ;", ("id", "mail", "phone"))
    assert contacts.rows == [
        PreviewedRow(2, {"external_id": "1", "email": "ann@shop.example", "phone": "+37060000000"}),
        PreviewedRow(3, {"external_id": "2"}),
        PreviewedRow(4, None),
    ]
    assert [(finding.line, finding.column, finding.severity) for finding in contacts.findings] == [
        (3, "mail", "left_out"),
        (4, "phone", "rejected"),
    ]
    assert deals.rows[0].values == {
        "external_id": "7",
        "contact": "Acme",
        "amount": Decimal("1250.50"),
        "closed_at": datetime(2026, 5, 4, 13, 30, tzinfo=UTC),
        "status": "won",
    }
    assert deals.rows[1:] == [PreviewedRow(3, None)]


def test_a_preview_of_what_is_not_there_says_so():
    with pytest.raises(BadFile, match="There is no file “deals"):
        preview(MAPPING, uploads({"contacts.csv": FILES["contacts.csv"]}))


@pytest.mark.django_db
def test_the_command_shows_a_preview_and_takes_nothing(tmp_path):
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "m.toml").write_text(MAPPING, encoding="utf-8-sig")
    out = StringIO()

    call_command("import_crm", str(tmp_path), mapping=str(tmp_path / "m.toml"), preview=1, stdout=out)

    assert "contacts.csv → contact (UTF-16, ;)\n  2: external_id=1, email=ann@shop.example" in out.getvalue()
    assert not Contact.objects.exists()
    assert not ImportRun.objects.exists()
    (tmp_path / "deals.csv").unlink()
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_crm", str(tmp_path), mapping=str(tmp_path / "m.toml"), preview=1, stdout=out)


def test_an_encoding_that_only_letters_told_is_called_a_guess():
    mapping = 'source = "old"\n\n[[table]]\nfile = "c.csv"\nto = "contact"\n[table.columns]\nexternal_id = "name"\n'
    written = "name\nПетренко\nІваненко\n".encode("cp1251")

    (guessed,) = preview(mapping, uploads({"c.csv": written}))
    (told,) = preview(mapping.replace("to =", 'encoding = "cp1251"\nto ='), uploads({"c.csv": written}))

    assert guessed.read_as.startswith("CP1251 (guessed by its letters")
    assert told.read_as == "CP1251, ,"


def test_text_that_was_written_as_a_formula_keeps_its_zeros():
    mapping = (
        'source = "old"\n\n[[table]]\nfile = "c.csv"\nto = "contact"\n'
        '[table.columns]\nexternal_id = "id"\nlast_name = "name"\n'
    )
    written = b'id,name\n="00123","=""Doe """"J"""" """\n=SUM(1),=\n'

    (contacts,) = preview(mapping, uploads({"c.csv": written}))

    assert [row.values for row in contacts.rows] == [
        {"external_id": "00123", "last_name": 'Doe "J"'},
        {"external_id": "=SUM(1)", "last_name": "="},
    ]
