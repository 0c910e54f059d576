"""What is said before the start is what becomes of each row, whatever the files hold and name."""

import random

import pytest

from accounts.models import User
from crm.imports import runs
from crm.imports.files import uploads
from crm.models import Contact, ImportKey, ImportRun

pytestmark = pytest.mark.django_db

MAPPING = """
source = "shop"
[[table]]
file = "companies.csv"
to = "company"
columns = { external_id = "id", name = "name" }
[[table]]
file = "products.csv"
to = "product"
columns = { external_id = "id", name = "name" }
[[table]]
file = "people.csv"
to = "person"
columns = { external_id = "id", name = "name", email = "mail", team = "team", team_lead = "lead" }
[[table]]
file = "contacts.csv"
to = "contact"
columns = { external_id = "id", company = "firm", first_name = "name", email = "mail" }
[[table]]
file = "deals.csv"
to = "deal"
[table.columns]
external_id = "id"
contact = "who"
company = "firm"
manager = "manager"
product = "what"
status = "status"
closed_at = "closed"
[[table]]
file = "more.csv"
to = "deal"
columns = { external_id = "id", contact = { first_contact_of = "firm" }, closed_at = "closed" }
[[table]]
file = "points.csv"
to = "touchpoint"
columns = { external_id = "id", kind = "kind", deal = "deal", contact = "who", occurred_at = "at" }
"""
HEADS = {
    "companies.csv": "id,name", "products.csv": "id,name", "people.csv": "id,name,mail,team,lead",
    "contacts.csv": "id,firm,name,mail", "deals.csv": "id,who,firm,manager,what,status,closed",
    "more.csv": "id,firm,closed", "points.csv": "id,kind,deal,who,at",
}  # fmt: skip
LONG = "x" * 180


def hostile(seed, rows=60):
    """Return files of rows that name each other, or nobody, or say what cannot be, by chance."""
    chance = random.Random(seed)

    def name(prefix, most=14, empty=0.1):
        return "" if chance.random() < empty else f"{prefix}{chance.randrange(most)}"

    mails = ["", "no address", *(f"u{n}@seller.example" for n in range(8)), "Boss@seller.example"]
    kinds = ["order_delivered", "meeting", "deal_won", "", "Not A Kind!"]
    made = {
        "companies.csv": lambda: [name("C", 9), chance.choice(["Acme", "Beta", ""])],
        "products.csv": lambda: [name("P", 4), chance.choice(["Widget", ""])],
        "people.csv": lambda: [
            chance.choice([name("U", 9), LONG, "ROOT"]), chance.choice(["Ona", ""]), chance.choice(mails),
            chance.choice(["", "North"]), chance.choice(["", "U3", "U77"]),
        ],
        "contacts.csv": lambda: [name("K"), name("C", 12), "Ona", chance.choice(["", "ona@shop.example", "bad"])],
        "deals.csv": lambda: [
            name("D", 40), name("K", 16), name("C", 12, 0.5),
            chance.choice(["", "U1", "U3", "U77", "U99", "u3@seller.example", "OLD", "U3@Seller.example"]),
            chance.choice(["", "P1", "P3", "P9"]), chance.choice(["", "won", "lost", "open", "gone"]),
            chance.choice(["", "2026-05-04"]),
        ],
        "more.csv": lambda: [name("D", 60), name("C", 12), chance.choice(["", "2026-05-04"])],
        "points.csv": lambda: [
            name("T", 40), chance.choice(kinds), name("D", 60, 0.3), name("K", 16, 0.4),
            chance.choice(["2026-05-05", ""]),
        ],
    }  # fmt: skip
    return {
        file: (HEADS[file] + "\n" + "".join(",".join(row()) + "\n" for _number in range(rows))).encode()
        for file, row in made.items()
    }


def done(task, contents):
    run = ImportRun.objects.create(mapping=MAPPING, source="shop", task=task)
    runs.execute(run, uploads(contents))
    run.refresh_from_db()
    assert run.error == ""
    return run


def refused(run):
    found = run.findings.filter(severity="rejected").order_by("file", "line")
    return list(found.values_list("file", "line", "column", "reason"))


def taken(run):
    good = ("good", "created", "updated", "unchanged")
    return {file: sum(counts.get(name, 0) for name in good) for file, counts in run.counts.items()}


@pytest.mark.parametrize("seed", [*range(6), 10, 14])
def test_what_is_said_before_the_start_is_what_becomes_of_each_row(monkeypatch, seed):
    monkeypatch.setattr("crm.imports.table_import.BATCH", [7, 1_000][seed % 2])
    User.objects.create(
        name="Root", source="shop", external_id="ROOT", email="boss@seller.example", is_superuser=True, is_staff=True
    )
    User.objects.create(name="Old", external_id="OLD", email="u5@seller.example")
    contents = hostile(seed)
    if seed % 3 < 2:
        done("take", hostile(seed + 100, 20))
    kept = Contact.objects.count()

    check = done("check", contents)

    assert Contact.objects.count() == kept
    assert not ImportKey.objects.exists()
    run = done("take", contents)
    assert refused(check) == refused(run)
    assert taken(check) == taken(run)
    assert len(refused(run)) > 100


def test_references_are_looked_up_for_a_batch_at_once(django_assert_max_num_queries):
    rows = "".join(f"K{n},C{n},Ona,\n" for n in range(900))
    few = HEADS["contacts.csv"] + "\nK1,C1,Ona,\n"
    text = MAPPING.split("[[table]]")
    only = text[0] + "[[table]]" + text[4]

    def check(contents):
        run = ImportRun.objects.create(mapping=only, source="shop", task="check")
        runs.execute(run, uploads({"contacts.csv": contents.encode()}))
        return run

    with django_assert_max_num_queries(40):
        check(few)
    with django_assert_max_num_queries(40):
        run = check(HEADS["contacts.csv"] + "\n" + rows)

    assert run.total("rejected") == 900
