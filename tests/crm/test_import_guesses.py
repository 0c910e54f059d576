"""Columns are proposed by their names in four languages and by what stands in them."""

import pytest

from crm.imports.guesses import GuessedColumn, guess
from crm.imports.headings import FIELDS, plain
from crm.records.kinds import RECORDS


def columns(*names, **cells):
    return [GuessedColumn(name, cells.get(name, ())) for name in names]


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        (("contact_id", "First Name", "Surname", "E-mail"), ("first_name", "last_name", "email")),
        (("№", "Імʼя", "Прізвище", "Ел. пошта", "Моб. телефон"), ("first_name", "last_name", "email", "phone")),
        (("id", "Имя", "Фамилия", "Почта", "Должность"), ("first_name", "last_name", "email", "job_title")),
        (("ID", "Vardas", "Pavardė", "El. paštas", "Pareigos"), ("first_name", "last_name", "email", "job_title")),
    ],
    ids=["en", "uk", "ru", "lt"],
)  # fmt: skip
def test_a_table_of_contacts_is_known_by_its_columns_in_four_languages(names, fields):
    found = guess("export.csv", columns(*names))

    assert found.kind == "contact"
    assert tuple(found.fields[name] for name in names[1:]) == fields


@pytest.mark.parametrize(
    ("file", "names", "kind", "identity"),
    [
        ("accounts.csv", ("account", "sector", "revenue", "employees", "office_location"), "company", "account"),
        ("contacts.csv", ("contact_id", "account", "first_name", "email", "timezone"), "contact", "contact_id"),
        ("products.csv", ("product", "series", "sales_price"), "product", "product"),
        ("sales_teams.csv", ("sales_agent", "manager", "regional_office"), "person", "sales_agent"),
        (
            "sales_pipeline.csv",
            ("opportunity_id", "sales_agent", "product", "account", "deal_stage", "close_date", "close_value"),
            "deal",
            "opportunity_id",
        ),
    ],
)  # fmt: skip
def test_the_tables_of_a_real_export_are_told_apart(file, names, kind, identity):
    unique = dict.fromkeys(names, ("a", "b"))

    found = guess(file, columns(*names, **unique))

    assert (found.kind, found.external_id) == (kind, identity)


def test_the_columns_of_deals_are_found():
    names = (
        "opportunity_id",
        "sales_agent",
        "product",
        "account",
        "deal_stage",
        "engage_date",
        "close_date",
        "close_value",
    )

    found = guess("sales_pipeline.csv", columns(*names, close_value=("1250",), close_date=("2026-05-04",)))

    assert found.fields == {
        "sales_agent": "manager", "product": "product", "account": "company", "deal_stage": "status",
        "engage_date": "opened_at", "close_date": "closed_at", "close_value": "amount",
    }  # fmt: skip


def test_what_stands_in_a_column_tells_what_its_name_does_not():
    found = guess("contacts.csv", columns("who", "x", x=("ona@shop.example", "jonas@shop.example")))

    assert found.fields["x"] == "email"


def test_what_stands_in_a_column_contradicts_its_name():
    found = guess("contacts.csv", columns("email", "m", email=("yes", "no"), m=("ona@shop.example",)))

    assert found.fields == {"m": "email"}


@pytest.mark.parametrize(
    ("cells", "dates", "decimal"),
    [
        (("25/12/2026", "1/2/2026"), "day first", ""),
        (("12/25/2026",), "month first", ""),
        (("1/2/2026",), "", ""),
        (("25/12/2026", "12/25/2026"), "", ""),
        (("1.250,50",), "", ","),
        (("1,250.50", "3.10"), "", "."),
        (("1.250",), "", ""),
    ],
)
def test_the_order_of_dates_and_the_decimal_sign_are_told_by_what_is_clear(cells, dates, decimal):
    found = guess("deals.csv", columns("id", "x", x=cells))

    assert (found.dates, found.decimal) == (dates, decimal)


def test_every_name_means_a_field_that_there_is():
    unknown = {field for kind, names in FIELDS.items() for field in set(names) - set(RECORDS[kind].fields_of_files)}

    assert unknown == set()
    assert set(FIELDS) == set(RECORDS)
    assert plain("El. paštas") == "el pastas"
