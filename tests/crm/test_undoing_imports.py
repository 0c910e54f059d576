"""A whole import is undone; what was touched later, or what somebody was asked about, stays and is told."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection
from django.urls import reverse

from accounts import clock
from crm.consents import Word, take_over
from crm.imports import journal, runs, undo
from crm.imports.files import uploads
from crm.models import Company, Consent, Contact, ContactAddress, Deal, ImportChange, ImportRun, Product, Touchpoint
from crm.services import take_over as take_over_rows
from surveys.models import ReviewLink
from tests.factories import BrandFactory, InvitationFactory, TriggerFactory

MAPPING = """
source = "shop"
[[table]]
file = "companies.csv"
to = "company"
columns = { external_id = "id", name = "name", region = "region" }
[[table]]
file = "contacts.csv"
to = "contact"
[table.columns]
external_id = "id"
company = "firm"
first_name = "name"
emails = "mail"
consent_email = "said"
do_not_contact = "no"
[[table]]
file = "deals.csv"
to = "deal"
columns = { external_id = "id", contact = "who", status = "status", amount = "sum" }
"""
FIRST = {
    "companies.csv": "id,name,region\nC1,Acme,LT\n",
    "contacts.csv": "id,firm,name,mail,said,no\nK1,C1,Ona,ona@shop.example;o@home.example,given,\nK2,,Jonas,,,\n",
    "deals.csv": "id,who,status,sum\nD1,K1,open,10\n",
}
SECOND = {
    "companies.csv": "id,name,region\nC1,Acme UAB,\nC2,Beta,LV\n",
    "contacts.csv": (
        "id,firm,name,mail,said,no\nK1,C1,Onutė,new@shop.example,soft_opt_in,\nK3,C2,Petras,p@b.example,given,\n"
    ),
    "deals.csv": "id,who,status,sum\nD1,K1,won,20\nD2,K3,won,30\n",
}

pytestmark = pytest.mark.django_db


def imported(contents, by=None, mapping=MAPPING):
    run = ImportRun.objects.create(mapping=mapping, source="shop", started_by=by)
    runs.execute(run, uploads({name: text.encode() for name, text in contents.items()}))
    run.refresh_from_db()
    assert (run.status, run.error) == ("done", "")
    return run


def undone(run, by):
    undo.ask(run, by=by)
    assert runs.run_due() == 1
    run.refresh_from_db()
    assert run.status == "undone"
    return {name: run.undone[name] for name in ("removed", "restored", "left")}


def state():
    return {
        "companies": list(Company.objects.order_by("pk").values_list("external_id", "name", "region")),
        "contacts": list(Contact.objects.order_by("pk").values_list("external_id", "first_name", "company", "email")),
        "addresses": sorted(ContactAddress.objects.values_list("contact", "value", "is_preferred")),
        "consents": sorted(Consent.objects.values_list("contact", "status", "origin")),
        "deals": list(Deal.objects.order_by("pk").values_list("external_id", "status", "amount", "closed_at")),
        "points": sorted(Touchpoint.objects.standing().values_list("deal__external_id", "kind")),
    }


def test_what_was_created_goes_and_what_was_changed_is_as_it_was(administrator):
    imported(FIRST)
    before = state()
    run = imported(SECOND)
    assert state() != before

    counts = undone(run, administrator)

    assert state() == before
    assert counts == {"removed": 3, "restored": 3, "left": 0}
    assert not ImportChange.objects.filter(run=run.pk).exists()


def test_undoing_the_first_import_leaves_nothing(administrator):
    run = imported(FIRST)

    counts = undone(run, administrator)

    assert counts == {"removed": 4, "restored": 0, "left": 0}
    assert not any(state().values())


def test_what_was_touched_later_stays_and_is_told(administrator):
    imported(FIRST)
    run = imported(SECOND)
    take_over_rows(Company, [{"external_id": "C1", "region": "EE"}], source="shop")
    take_over_rows(Contact, [{"external_id": "K3", "job_title": "Director"}], source="shop")

    counts = undone(run, administrator)

    assert Company.objects.get(external_id="C1").name == "Acme UAB"
    assert Contact.objects.get(external_id="K3").first_name == "Petras"
    told = dict(run.findings.filter(severity="kept").values_list("column", "reason"))
    assert told["Acme UAB"] == told["Petras"] == "It was changed after the import."
    # The company of the contact that stays stays too.
    assert "contacts" in told["Beta"]
    assert counts == {"removed": 1, "restored": 2, "left": 3}


def test_whom_an_ask_was_sent_stays_and_nobody_more_is_asked(administrator):
    run = imported(SECOND)
    point = Touchpoint.objects.get(deal__external_id="D2")
    InvitationFactory(contact=point.contact, touchpoint=point)

    undone(run, administrator)

    assert Deal.objects.get().external_id == "D2"
    assert Contact.objects.get().external_id == "K3"
    point.refresh_from_db()
    assert point.cancelled_at is not None
    told = dict(run.findings.filter(severity="kept").values_list("column", "reason"))
    assert "invitations" in told["D2"]
    assert "invitations" in told["Petras"] or "deals" in told["Petras"]


def test_a_no_stays_a_no(administrator):
    imported(FIRST)
    no = {"contacts.csv": "id,firm,name,mail,said,no\nK1,C1,Ona,,objected,\nK2,,Jonas,j@shop.example,,yes\n"}
    run = imported(FIRST | no)

    undone(run, administrator)

    assert Consent.objects.get(contact__external_id="K1").status == "objected"
    jonas = Contact.objects.get(external_id="K2")
    assert jonas.do_not_contact_at is not None
    assert jonas.email == ""


OF_PRODUCTS = """
source = "shop"
[[table]]
file = "products.csv"
to = "product"
columns = { external_id = "id", name = "name" }
"""


def narrowed_trigger(product):
    """A trigger that would ask about everything that is sold, were it not for its product."""
    TriggerFactory().products.add(product)


def review_link(product):
    ReviewLink.objects.create(brand=BrandFactory(), name="Lamps", url="https://reviews.example/lamps", product=product)


@pytest.mark.parametrize(("narrow", "what"), [(narrowed_trigger, "triggers"), (review_link, "review links")])
def test_what_something_is_narrowed_to_stays(administrator, narrow, what):
    run = imported({"products.csv": "id,name\nP1,Lamp\nP2,Chair\n"}, mapping=OF_PRODUCTS)
    narrow(Product.objects.get(external_id="P1"))

    counts = undone(run, administrator)

    assert Product.objects.get().external_id == "P1"
    assert counts == {"removed": 1, "restored": 0, "left": 1}
    assert run.findings.get(severity="kept").reason == f"It is named by others: {what}."


def test_it_is_undone_within_a_month_and_once(administrator):
    run = imported(FIRST)
    ImportRun.objects.filter(pk=run.pk).update(finished_at=clock.now() - ImportRun.UNDONE_WITHIN - timedelta(hours=1))
    with pytest.raises(undo.ImportStays):
        undo.ask(run, by=administrator)
    runs.forget_old()
    assert not ImportChange.objects.exists()

    other = imported(SECOND)
    undone(other, administrator)
    with pytest.raises(undo.ImportStays):
        undo.ask(other, by=administrator)


def test_a_second_attempt_of_an_import_keeps_what_the_first_had_noted(administrator):
    imported(FIRST)
    before = state()
    run = imported(SECOND)
    ImportRun.objects.filter(pk=run.pk).update(status="waiting")
    run.refresh_from_db()
    run.begin(at=clock.now())
    runs.execute(run, uploads({name: text.encode() for name, text in SECOND.items()}))
    run.refresh_from_db()

    undone(run, administrator)

    assert state() == before


def test_an_import_of_too_many_changes_keeps_none(monkeypatch, administrator):
    monkeypatch.setattr(journal, "MOST_CHANGES", 1)

    run = imported(FIRST)

    assert not ImportChange.objects.exists()
    assert run.undone_until is None
    with pytest.raises(undo.ImportStays):
        undo.ask(run, by=administrator)


def test_what_is_kept_of_a_contact_goes_with_the_contact():
    imported(FIRST)
    contact = Contact.objects.get(external_id="K2")
    assert ImportChange.objects.filter(kind="contact").count() == 2

    Contact.objects.filter(pk=contact.pk).delete()

    assert ImportChange.objects.filter(kind="contact").count() == 1


def test_one_press_after_a_confirmation(client, administrator):
    client.force_login(administrator)
    run = imported(FIRST)
    page = client.get(reverse("admin:crm_importrun_change", args=[run.pk])).content.decode()
    assert "Undo this import" in page
    assert "Undo all of it" in client.get(reverse("admin:crm_importrun_undo", args=[run.pk])).content.decode()

    client.post(reverse("admin:crm_importrun_undo", args=[run.pk]))
    runs.run_due()

    page = client.get(reverse("admin:crm_importrun_change", args=[run.pk])).content.decode()
    assert "<dt>Records removed</dt><dd>4</dd>" in page
    assert "Undo this import" not in page


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_undo_the_same_import(administrator):
    run = imported(FIRST)
    undo.ask(run, by=administrator)
    done = []

    def worker():
        done.append(runs.run_due())
        connection.close()

    workers = [Thread(target=worker) for _one in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(timeout=60)

    assert sorted(done) == [0, 1]
    run.refresh_from_db()
    assert run.undone["removed"] == 4


def test_a_word_that_was_said_later_stays(administrator):
    imported(FIRST)
    run = imported(SECOND)
    contact = Contact.objects.get(external_id="K1")
    take_over([Word(contact.pk, "email", "surveys", "objected", datetime(2026, 11, 20, tzinfo=UTC))], origin="phone")

    undone(run, administrator)

    assert Consent.objects.get(contact=contact).status == "objected"
    assert Product.objects.count() == 0


def test_what_named_something_that_another_undo_took_away_stays_and_is_told(administrator):
    first = imported(
        {
            "companies.csv": "id,name,region\nC1,Acme,LT\nC2,Beta,LV\n",
            "contacts.csv": "id,firm,name,mail,said,no\nK1,C1,Ona,ona@shop.example,,\n",
            "deals.csv": "id,who,status,sum\n",
        },
        administrator,
    )
    second = imported(
        {
            "companies.csv": "id,name,region\n",
            "contacts.csv": "id,firm,name,mail,said,no\nK1,C2,Onutė,ona@shop.example,,\n",
            "deals.csv": "id,who,status,sum\n",
        },
        administrator,
    )
    undone(first, administrator)
    assert not Company.objects.filter(external_id="C1").exists()

    counts = undone(second, administrator)

    assert counts == {"removed": 0, "restored": 0, "left": 1}
    assert Contact.objects.get(external_id="K1").company.external_id == "C2"
    reasons = second.findings.filter(severity="kept").values_list("reason", flat=True)
    assert list(reasons) == ["What it named before is gone: company."]
