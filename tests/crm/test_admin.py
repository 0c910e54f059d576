import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.imports import runs
from crm.models import Company, Deal, ExchangeRate, ImportFinding, ImportRun, Suppression, Touchpoint
from tests.factories import (
    ChannelFactory,
    CompanyFactory,
    ContactFactory,
    DealFactory,
    ProductFactory,
    TouchpointFactory,
    UserFactory,
)
from tests.noes import opt_out

pytestmark = pytest.mark.django_db

SCRIPT_OR_STYLE_INSIDE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|<style|\sstyle=|\son\w+="
)


@pytest.fixture
def admin_pages(client, administrator):
    client.force_login(administrator)
    return client


def facts():
    return {
        "contact": ContactFactory(),
        "company": CompanyFactory(),
        "manager": UserFactory(),
        "product": ProductFactory(),
        "channel": ChannelFactory(),
    }


MAKE = {
    "company": CompanyFactory,
    "contact": lambda: ContactFactory(company=CompanyFactory()),
    "product": ProductFactory,
    "channel": ChannelFactory,
    "deal": lambda: DealFactory(**facts(), amount=5),
    "touchpoint": lambda: TouchpointFactory(**facts(), amount=5),
    "importrun": lambda: ImportRun.objects.create(started_by=UserFactory(), counts={"a.csv": {"created": 1}}),
    "importfinding": lambda: ImportFinding.objects.create(run=ImportRun.objects.create(), file="a", line=1, reason="x"),
}


@pytest.mark.parametrize("page", MAKE)
def test_a_list_takes_as_many_queries_for_three_rows_as_for_one(admin_pages, page):
    address = reverse(f"admin:crm_{page}_changelist")
    MAKE[page]()
    admin_pages.get(address)
    with CaptureQueriesContext(connection) as one:
        admin_pages.get(address)

    for _number in range(2):
        MAKE[page]()
    with CaptureQueriesContext(connection) as three:
        answer = admin_pages.get(address)

    assert len(three) == len(one) <= 15
    assert answer.status_code == 200
    assert not SCRIPT_OR_STYLE_INSIDE.search(answer.content.decode())


@pytest.mark.parametrize("page", ["company", "contact", "product", "deal"])
def test_a_list_can_be_searched(admin_pages, page):
    MAKE[page]()

    answer = admin_pages.get(reverse(f"admin:crm_{page}_changelist"), {"q": "no such thing"})

    assert answer.context["cl"].result_count == 0


def test_a_contact_shows_when_and_why_it_is_not_asked(admin_pages):
    contact = ContactFactory()
    opt_out(contact, at=datetime(2026, 3, 2, tzinfo=UTC))

    for page in (reverse("admin:crm_contact_changelist"), reverse("admin:crm_contact_change", args=[contact.pk])):
        assert "no, since 2 Mar 2026: unsubscribed by link" in admin_pages.get(page).content.decode()


def test_staff_can_opt_a_contact_out_and_in_again(admin_pages):
    contact = ContactFactory()
    address = reverse("admin:crm_contact_changelist")

    admin_pages.post(address, {"action": "opt_out", "_selected_action": [contact.pk]})
    contact.refresh_from_db()
    assert (contact.may_be_contacted, contact.do_not_contact_reason) == (False, "asked_staff")

    lifting = {"action": "opt_in", "_selected_action": [contact.pk]}
    assert "Say why; the reason is kept." in admin_pages.post(address, lifting, follow=True).content.decode()
    contact.refresh_from_db()
    assert not contact.may_be_contacted

    admin_pages.post(address, {**lifting, "reason": "They called and asked for it."})
    contact.refresh_from_db()
    assert contact.may_be_contacted
    kept = Suppression.objects.get(why="objection")
    assert (kept.why, kept.lifted_by.email, kept.lifted_reason) == (
        "objection", "administrator@plumb.example", "They called and asked for it.",
    )  # fmt: skip


def test_offers_stay_ended_when_staff_let_a_contact_be_asked_again(admin_pages):
    contact, address = ContactFactory(), reverse("admin:crm_contact_changelist")
    chosen = {"_selected_action": [contact.pk], "reason": "They called and asked for it."}

    admin_pages.post(address, {"action": "opt_out"} | chosen)
    admin_pages.post(address, {"action": "opt_in"} | chosen)

    assert Suppression.objects.get(why="offers").lifted_at is None


def test_a_consent_given_in_admin_knows_when(admin_pages):
    contact = ContactFactory()

    answer = admin_pages.post(
        reverse("admin:crm_contact_change", args=[contact.pk]),
        {"first_name": "Ona", "last_name": "B", "email": contact.email, "language": "lt", "timezone": "Europe/Vilnius",
         "consents-TOTAL_FORMS": 1, "consents-INITIAL_FORMS": 0, "consents-0-medium": "email",
         "consents-0-use": "surveys", "consents-0-status": "objected", "consents-0-origin": "phone call",
         "addresses-TOTAL_FORMS": 0, "addresses-INITIAL_FORMS": 0,
         "consent_changes-TOTAL_FORMS": 0, "consent_changes-INITIAL_FORMS": 0},
    )  # fmt: skip

    assert answer.status_code == 302
    consent = contact.consents.get()
    assert (consent.status, consent.origin) == ("objected", "phone call")


def test_a_closed_deal_keeps_what_it_was_about(admin_pages):
    deal = DealFactory(amount=5, title="Desk")
    deal.win()

    admin_pages.post(
        reverse("admin:crm_deal_change", args=[deal.pk]),
        {"title": "Two desks", "contact": ContactFactory().pk, "amount": 99, "status": "lost"},
    )

    after = Deal.objects.get(pk=deal.pk)
    assert (after.title, after.contact, after.amount, after.status) == ("Two desks", deal.contact, 5, "won")


def test_deals_are_won_lost_and_reopened_by_actions_with_their_touchpoints(admin_pages):
    deal = DealFactory()
    address = reverse("admin:crm_deal_changelist")

    steps = [("win", "won", ["deal_won"]), ("win", "won", ["deal_won"]), ("lose", "lost", ["deal_lost"])]
    for action, status, standing in [*steps, ("reopen", "open", [])]:
        admin_pages.post(address, {"action": action, "_selected_action": [deal.pk]})
        deal.refresh_from_db()
        found = list(Touchpoint.objects.standing().values_list("kind", flat=True))
        assert (deal.status, found) == (status, standing)


def test_touchpoints_can_only_be_looked_at(admin_pages):
    touchpoint = TouchpointFactory()
    address = reverse("admin:crm_touchpoint_change", args=[touchpoint.pk])

    assert admin_pages.get(address).status_code == 200
    assert admin_pages.post(address, {"kind": "meeting"}).status_code == 403
    assert admin_pages.get(reverse("admin:crm_touchpoint_add")).status_code == 403


@pytest.mark.parametrize("page", ["company", "contact", "product", "channel", "deal", "touchpoint"])
def test_nothing_that_answers_name_is_deleted(admin_pages, page):
    row = MAKE[page]()

    answer = admin_pages.post(reverse(f"admin:crm_{page}_delete", args=[row.pk]), {"post": "yes"})

    assert answer.status_code == 403
    assert type(row).objects.filter(pk=row.pk).exists()


MAPPING = b"""
source = "shop"
[[table]]
file = "companies.csv"
to = "company"
columns = { external_id = "id", name = "name" }
"""


def upload(pages, csv=b"id,name\n1,Acme\n,Nobody\n", mapping=MAPPING, name="companies.csv"):
    data = {"csv_files": [SimpleUploadedFile(name, csv)], "shipped": ""}
    if mapping:
        data["mapping_file"] = SimpleUploadedFile("mapping.toml", mapping)
    return pages.post(reverse("admin:crm_importrun_add"), data)


def test_an_uploaded_import_is_run_by_a_worker_and_shown_with_its_findings(admin_pages, administrator):
    answer = upload(admin_pages)
    run = ImportRun.objects.get()
    assert answer["Location"] == reverse("admin:crm_importrun_change", args=[run.pk])
    assert (run.status, run.started_by, run.source) == ("waiting", administrator, "shop")
    assert not Company.objects.exists()

    assert runs.run_due() == 1

    run.refresh_from_db()
    page = admin_pages.get(reverse("admin:crm_importrun_change", args=[run.pk])).content.decode()
    found = admin_pages.get(reverse("admin:crm_importfinding_changelist"), {"run__id__exact": run.pk}).content.decode()
    assert run.status == "done"
    assert Company.objects.get().name == "Acme"
    assert "<td>companies.csv</td><td>1</td><td>0</td><td>0</td><td>1</td>" in page
    assert "1 finding" in page
    assert "The row has no ID." in found
    assert not run.files.exists()
    assert runs.run_due() == 0


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"csv": b"id\n1\n"}, "companies.csv has no column “name”"),
        ({"name": "other.csv"}, "There is no file “companies.csv”."),
        ({"mapping": b"source = "}, "The mapping is not valid TOML"),
        ({"mapping": b"\xff"}, "The mapping file is not a text in UTF-8."),
    ],
)
def test_a_bad_upload_is_refused_with_a_sentence(admin_pages, options, sentence):
    answer = upload(admin_pages, **options)

    assert sentence in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_an_upload_has_a_limit_and_names_the_other_way(admin_pages, monkeypatch):
    monkeypatch.setattr("crm.forms.MOST_BYTES", 10)

    answer = upload(admin_pages)

    assert "Use the command import_crm." in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_an_import_whose_worker_was_killed_is_run_again(admin_pages):
    upload(admin_pages)
    run = ImportRun.objects.get()
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    run.begin(at=long_ago)

    assert runs.run_due(now=long_ago + ImportRun.SILENCE / 2) == 0
    assert runs.run_due(now=long_ago + ImportRun.SILENCE * 2) == 1

    assert Company.objects.count() == 1


def test_imports_are_for_administrators_only(client, manager):
    client.force_login(manager)

    assert upload(client).status_code in (302, 403)
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("rate", ["0", "-1.5"])
def test_a_rate_of_nothing_is_refused_where_it_is_typed(client, administrator, rate):
    client.force_login(administrator)

    page = client.post(reverse("admin:crm_exchangerate_add"), {"currency": "USD", "day": "2026-01-01", "rate": rate})

    assert list(page.context["adminform"].form.errors) == ["rate"]
    assert "crm_rate_is_positive" not in page.text
    assert ExchangeRate.objects.count() == 0
