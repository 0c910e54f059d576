"""Rows that pass every check and are refused by the database all the same: they stand alone, the others are taken."""

import pytest
from django.db import connection

from crm.imports import runs
from crm.imports.files import uploads
from crm.models import Company, ImportRun, Touchpoint
from crm.services import take_over

pytestmark = pytest.mark.django_db

TOO_LONG = "x" * 60
MAPPING = """
source = "shop"
[[table]]
file = "a.csv"
to = "company"
columns = { external_id = "id", name = "name" }
"""


# As a narrower column would refuse it; the type cannot change while a generated column reads it.
NARROW = """
CREATE FUNCTION refuse_long_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF length(NEW.name) > 50 THEN
        RAISE EXCEPTION 'value too long for type character varying(50)' USING ERRCODE = '22001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse_long_names BEFORE INSERT OR UPDATE ON crm_company
    FOR EACH ROW EXECUTE FUNCTION refuse_long_names();
"""


@pytest.fixture(autouse=True)
def _narrow_column():
    """Let the database be stricter than the checks, as it would be after a mistake in them."""
    with connection.cursor() as cursor:
        cursor.execute(NARROW)
        cursor.execute("ALTER TABLE crm_company ADD CONSTRAINT no_poison CHECK (name <> 'poison')")


def rows(bad, count=9):
    return [{"external_id": str(n), "name": bad.get(n, f"Company {n}")} for n in range(count)]


@pytest.mark.parametrize("bad", [{0: TOO_LONG}, {8: "poison"}, {3: TOO_LONG, 4: "poison", 7: TOO_LONG}])
def test_the_rows_beside_it_are_taken(bad):
    results = take_over(Company, rows(bad), source="shop")

    assert [result.index for result in results] == list(range(9))
    assert {result.index for result in results if result.is_rejected} == set(bad)
    assert set(Company.objects.values_list("external_id", flat=True)) == {str(n) for n in range(9)} - {
        str(n) for n in bad
    }
    assert all(result.id for result in results if not result.is_rejected)


def test_each_is_told_why():
    long, poison = take_over(Company, rows({0: TOO_LONG, 1: "poison"}, 2), source="shop")

    assert long.errors == {
        "row": "The database cannot hold this row: DataError: value too long for type character varying(50)"
    }
    assert poison.errors == {"row": "Another change got in the way of this row. Send it again."}


def test_a_mistake_of_ours_costs_its_row_alone(monkeypatch):
    from crm import references

    def resolve(model, found, **options):
        return found_at(model, found, **options) if not any(row["external_id"] == "3" for row in found) else 1 / 0

    found_at = references.resolve
    monkeypatch.setattr(references, "resolve", resolve)

    results = take_over(Company, rows({}), source="shop")

    assert [result.index for result in results if result.is_rejected] == [3]
    assert results[3].errors == {"row": "This row met with an error here; the log of the server has the details."}
    assert Company.objects.count() == 8


def test_a_repeat_stays_a_repeat_when_the_rows_are_halved():
    sent = [*rows({2: TOO_LONG}, 4), {"external_id": "0", "name": "Again"}]

    results = take_over(Company, sent, source="shop")

    assert [result.outcome.value for result in results] == ["created", "created", "rejected", "created", "rejected"]
    assert Company.objects.get(external_id="0").name == "Company 0"


def test_a_bulk_request_loses_the_row_alone(api):
    report = api.post("/api/v1/companies/bulk/", {"rows": rows({4: TOO_LONG})}, format="json").json()

    assert report["counts"] == {"created": 8, "updated": 0, "unchanged": 0, "rejected": 1}
    assert list(report["rows"][4]["errors"]) == ["row"]


@pytest.mark.parametrize(("name", "status", "code"), [(TOO_LONG, 400, "invalid"), ("poison", 409, "conflict")])
def test_a_single_request_is_refused_and_breaks_nothing(api, name, status, code):
    answer = api.put("/api/v1/companies/1/", {"name": name}, format="json")

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert not Company.objects.exists()


def test_an_import_names_the_row_and_takes_the_others():
    run = ImportRun.objects.create(mapping=MAPPING, source="shop")
    text = "id,name\n" + "".join(f"{row['external_id']},{row['name']}\n" for row in rows({4: TOO_LONG}))

    runs.execute(run, uploads({"a.csv": text.encode()}))

    assert run.counts == {"a.csv": {"created": 8, "rejected": 1}}
    assert (run.findings.get().line, run.findings.get().column) == (6, "row")


def test_what_follows_from_a_row_that_stands_alone_follows_once(api):
    api.put("/api/v1/contacts/c/", {"first_name": "Ona"}, format="json")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE crm_deal ADD CONSTRAINT no_poison CHECK (title <> 'poison')")
    deals = [
        {"external_id": str(n), "contact": "c", "status": "won", "title": "poison" if n == 2 else ""} for n in range(5)
    ]

    report = api.post("/api/v1/deals/bulk/", {"rows": deals}, format="json").json()

    assert report["counts"]["created"] == 4
    assert sorted(Touchpoint.objects.values_list("deal__external_id", flat=True)) == ["0", "1", "3", "4"]
