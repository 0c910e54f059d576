"""The whole way of an import: the command, what it takes, refuses, repairs and repeats."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Team, User
from crm.models import Company, Contact, Deal, ImportRun, Product, Touchpoint
from surveys.models import Invitation
from tests.factories import TriggerFactory, UserFactory

pytestmark = pytest.mark.django_db

CRM_SALES = Path(__file__).parents[1] / "cases" / "crm_sales"

MAPPING = """
source = "shop"
timezone = "Europe/Vilnius"
dates_at = "10:00"

[[table]]
file = "people.csv"
to = "person"
columns = { external_id = "who", name = "who", email = "mail", team = "office" }

[[table]]
file = "contacts.csv"
to = "contact"
[table.columns]
external_id = "id"
first_name = "name"
email = { column = "mail", repair = ["trim", "lower"], wanted = true, unique = true, bad = "leave out" }
phone = "phone"

[[table]]
file = "deals.csv"
to = "deal"
[table.columns]
external_id = "no"
contact = "contact"
manager = "who"
status = { column = "stage", values = { Won = "won", Lost = "lost", Talking = "open" } }
amount = "sum"
closed_at = "closed"
"""
FILES = {
    "people.csv": "who,mail,office\nOna Jonaitė,ona@plumb.example,North\n",
    "contacts.csv": (
        "id,name,mail,phone\n"
        "c1,Ana, ANA@shop.example ,+37060000001\n"
        "c2,Bo,bo.example,\n"
        "c3,Cy,ana@shop.example,\n"
        "c4,Di,,\n"
        "c5,Ed,ed@shop.example,12\n"
        ",Flo,flo@shop.example,\n"
        "c1,Ana again,,\n"
        "c6,Gus\n"
    ),
    "deals.csv": (
        "no,contact,who,stage,sum,closed\n"
        "d1,c1,Ona Jonaitė,Won,100.5,2026-03-02\n"
        "\n"
        "d2,c1,Ona Jonaitė,Stuck,1,\n"
        "d3,c9,Ona Jonaitė,Talking,,\n"
        "d4,c2,Nobody,Talking,,\n"
        "d5,c2,,Lost,0,2026-03-29T03:30\n"
        "d6,c2,,Talking,many,\n"
    ),
}


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    return tmp_path


WITHOUT_COUNTRY = (
    "Start the phone number with + and the country code, such as +37060000000. "
    'The mapping can tell, for instance by region = "LT".'
)


def run(folder, mapping=None):
    out, progress = StringIO(), StringIO()
    call_command(
        "import_crm", str(folder), mapping=str(mapping or folder / "mapping.toml"), stdout=out, stderr=progress
    )
    return ImportRun.objects.latest("pk"), out.getvalue(), progress.getvalue()


def findings(record):
    return list(record.findings.order_by("pk").values_list("file", "line", "column", "severity", "reason"))


def test_good_rows_are_taken_and_each_bad_one_is_named_with_its_line(folder):
    record, printed, progress = run(folder)

    assert findings(record) == [
        ("contacts.csv", 3, "mail", "left_out", "“bo.example” is not an e-mail address."),
        ("contacts.csv", 4, "mail", "left_out", "Line 2 already has “ana@shop.example”."),
        ("contacts.csv", 5, "mail", "note", "This is empty."),
        ("contacts.csv", 6, "phone", "rejected", WITHOUT_COUNTRY),
        ("contacts.csv", 7, "id", "rejected", "The row has no ID."),
        ("contacts.csv", 8, "mail", "note", "This is empty."),
        ("contacts.csv", 8, "id", "rejected", "Line 2 already has “c1”."),
        ("contacts.csv", 9, "", "rejected", "The row has 2 cells, the header has 4."),
        ("deals.csv", 4, "stage", "rejected", "“Stuck” is not one of: Won, Lost, Talking."),
        ("deals.csv", 5, "contact", "rejected", "There is no contact “c9”. Send the contact first."),
        (
            "deals.csv", 6, "who", "rejected",
            "There is no person “Nobody”. Ask an administrator to add this person, or leave this field out.",
        ),
        ("deals.csv", 8, "sum", "rejected", "“many” is not an amount. Use a number such as 1250.00."),
    ]  # fmt: skip
    assert record.counts == {
        "people.csv": {"created": 1},
        "contacts.csv": {"created": 4, "rejected": 4},
        "deals.csv": {"created": 2, "rejected": 4},
    }
    assert (record.status, record.source, record.error) == ("done", "shop", "")
    assert "contacts.csv:3 [mail] value left out: “bo.example” is not an e-mail address." in printed
    assert "deals.csv: 6 rows read, 4 refused" in progress


def test_values_are_repaired_translated_and_read_as_the_mapping_says(folder):
    record, printed, _progress = run(folder)

    deal = Deal.objects.get(external_id="d1")
    assert deal.contact.email == "ana@shop.example"
    assert (deal.manager.name, deal.manager.team.name) == ("Ona Jonaitė", "North")
    assert (deal.status, str(deal.amount)) == ("won", "100.50")
    assert deal.closed_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert deal.touchpoints.get().occurred_at == deal.closed_at
    assert record.repairs == [
        {"file": "contacts.csv", "column": "mail", "repair": "trim", "rows": 1},
        {"file": "contacts.csv", "column": "mail", "repair": "lower", "rows": 1},
    ]
    assert "contacts.csv [mail] repaired in 1 rows: trim" in printed


def test_people_come_without_a_password(folder):
    run(folder)

    person = User.objects.get(email="ona@plumb.example")
    assert (person.source, person.external_id, person.is_staff) == ("shop", "Ona Jonaitė", False)
    assert not person.has_usable_password()


def test_a_person_added_by_hand_is_found_by_address(folder):
    known = UserFactory(email="ona@plumb.example", name="Ona J.")

    record, _printed, _progress = run(folder)

    known.refresh_from_db()
    assert record.counts["people.csv"] == {"updated": 1}
    assert (known.external_id, known.team.name) == ("Ona Jonaitė", "North")


def test_an_address_of_somebody_else_refuses_the_person(folder):
    UserFactory(email="ona@plumb.example", source="shop", external_id="Somebody")

    record, _printed, _progress = run(folder)

    assert record.counts["people.csv"] == {"rejected": 1}
    assert findings(record)[0] == ("people.csv", 2, "mail", "rejected", "Another person has this address.")


def test_running_it_again_changes_nothing(folder):
    run(folder)
    before = list(Contact.objects.order_by("pk").values())

    record, _printed, _progress = run(folder)

    assert record.counts == {
        "people.csv": {"unchanged": 1},
        "contacts.csv": {"unchanged": 4, "rejected": 4},
        "deals.csv": {"unchanged": 2, "rejected": 4},
    }
    assert list(Contact.objects.order_by("pk").values()) == before
    assert Touchpoint.objects.standing().filter(kind="deal_won").count() == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda folder: (folder / "deals.csv").unlink(), "There is no file “deals.csv”."),
        (
            lambda folder: (folder / "deals.csv").write_text("no,contact\n"),
            "deals.csv has no column “closed”, “stage”, “sum”, “who”. Its columns: no, contact.",
        ),
    ],
)
def test_nothing_is_taken_while_a_file_or_column_is_missing(folder, change, reason):
    change(folder)

    with pytest.raises(CommandError, match=r"deals\.csv"):
        run(folder)

    record = ImportRun.objects.get()
    assert (record.status, record.error) == ("failed", reason)
    assert not Contact.objects.exists()


def test_a_broken_mapping_or_folder_gets_a_sentence(folder):
    with pytest.raises(CommandError, match="cannot be read"):
        run(folder, folder / "other.toml")
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("import_crm", str(folder / "nowhere"), mapping="crm_sales")

    assert not ImportRun.objects.exists()


def test_a_row_in_another_encoding_is_refused_alone(folder):
    rows = ["who,mail,office", "Eglė,,North", "Žemyna,,North", "Šarūnas,,North"]
    (folder / "people.csv").write_bytes("\n".join(rows).encode() + b"\nR\xfbta,,North\n")

    record, _printed, _progress = run(folder)

    assert findings(record)[0] == ("people.csv", 5, "", "rejected", "The row is not written in UTF-8.")
    assert record.counts["people.csv"] == {"created": 3, "rejected": 1}


def test_the_sample_export_is_imported_whole(django_capture_on_commit_callbacks):
    trigger = TriggerFactory(asks_since=datetime(2026, 1, 1, tzinfo=UTC))

    with django_capture_on_commit_callbacks(execute=True):
        record, _printed, _progress = run(CRM_SALES, "crm_sales")

    assert record.counts == {
        "accounts.csv": {"created": 85},
        "products.csv": {"created": 7},
        "sales_teams.csv": {"created": 35},
        "contacts.csv": {"created": 213},
        "sales_pipeline.csv": {"created": 7_375, "rejected": 1_425},
    }
    assert Touchpoint.objects.filter(kind="deal_won").count() == 4_238
    assert not Invitation.objects.filter(trigger=trigger).exists()
    assert [found for found in findings(record) if found[3] != "rejected"] == [
        ("contacts.csv", 5, "email", "note", "This is empty."),
        ("contacts.csv", 12, "email", "left_out", "“not-an-address” is not an e-mail address."),
        ("contacts.csv", 19, "email", "left_out", "Line 18 already has “c0017@bluthcompany.example”."),
        (
            "contacts.csv", 27, "timezone", "left_out",
            "“Mars/Base” is not a time zone. Use an IANA name such as Europe/Vilnius.",
        ),
    ]  # fmt: skip
    assert {found[4] for found in findings(record) if found[3] == "rejected"} == {
        "The row names no company, and hence no contact to ask."
    }
    assert {(r["file"], r["repair"]): r["rows"] for r in record.repairs} == {
        ("accounts.csv", "technolgy → technology"): 12,
        ("accounts.csv", "Philipines → Philippines"): 1,
        ("contacts.csv", "trim"): 1,
        ("contacts.csv", "lower"): 1,
        ("sales_pipeline.csv", "GTXPro → GTX Pro"): 1_258,
    }
    assert sorted(Product.objects.values_list("name", flat=True))[:3] == ["GTK 500", "GTX Basic", "GTX Plus Basic"]
    assert set(Company.objects.values_list("industry", flat=True)) >= {"technology", "medical", "retail"}
    assert not Company.objects.filter(industry="technolgy").exists()
    assert Team.objects.get(name="Central · Dustin Brinkmann").lead.name == "Dustin Brinkmann"
    assert User.objects.filter(source="crm-sales").count() == 41
    assert not Deal.objects.filter(contact__email="").exists()

    again, _printed, _progress = run(CRM_SALES, "crm_sales")

    assert again.counts["sales_pipeline.csv"] == {"unchanged": 7_375, "rejected": 1_425}
    assert again.total("created") == again.total("updated") == 0
    assert Touchpoint.objects.filter(kind="deal_won").count() == 4_238
