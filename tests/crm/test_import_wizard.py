"""An import in the browser: files are matched, looked at, started and reported; nothing is lost on an error."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import clock
from crm.imports import drafts, mapping, runs
from crm.imports.plans import ImportPlan
from crm.models import Company, Contact, Deal, ImportFile, ImportRun, SavedMapping
from tests.crm.test_import_workbooks import CLIENTS, book

pytestmark = pytest.mark.django_db

CONTACTS = (
    "contact_id;Імʼя;Ел. пошта;note\n"
    "1;Олена;olena@shop.example;a\n"
    "2;Ivan;not an address;b\n"
    ";Nobody;nobody@shop.example;c\n"
    "4;Half;half@shop.example\n"
    "5;=2+3;+@;=1\n"
)
DEALS = (
    "opportunity_id,account,deal_stage,close_value,close_date\n"
    "D1,Acme,Won,1250.50,2026-05-04\nD2,Acme,Engaging,,\nD3,Nowhere,Lost,5,2026-05-04\n"
)


@pytest.fixture
def pages(client, administrator):
    client.force_login(administrator)
    return client


def sent(pages, **files):
    posted = [SimpleUploadedFile(f"{name}.csv", content.encode()) for name, content in files.items()]
    answer = pages.post(reverse("admin:crm_importrun_add"), {"csv_files": posted, "shipped": ""})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    run = ImportRun.objects.latest("pk")
    assert answer["Location"] == page_of(run, "match")
    return run


def page_of(run, name):
    return reverse(f"admin:crm_importrun_{name}", args=[run.pk])


def chosen(run, **more):
    """What the form sends when nothing but `more` is changed."""
    plan = ImportPlan.of(run.plan)
    said = {"source": plan.source, "timezone": plan.timezone, "seen": drafts.mark_of(run)}
    for place, one in enumerate(plan.files):
        said |= {
            f"file-{place}-{name}": getattr(one, name)
            for name in ("kind", "encoding", "delimiter", "external_id", "dates", "decimal", "region", "currency")
        }
        said |= {f"file-{place}-column-{n}": one.columns.get(name, "") for n, name in enumerate(one.header)}
        said |= {f"file-{place}-leaves_out": "on"} if one.leaves_out else {}
    return said | more


def begun(pages, run):
    """Press “Start the import” on the page that shows what was found."""
    run.refresh_from_db()
    return pages.post(page_of(run, "start"), {"seen": drafts.mark_of(run)})


def told(pages, run, deed="look", **more):
    answer = pages.post(page_of(run, "match"), chosen(run, deed=deed, **more))
    run.refresh_from_db()
    return answer


def test_columns_are_proposed_and_the_first_rows_shown_as_they_would_be(pages):
    run = sent(pages, contacts=CONTACTS)

    page = pages.get(page_of(run, "match")).content.decode()

    (plan,) = ImportPlan.of(run.plan).files
    assert (run.status, plan.kind, plan.external_id) == ("draft", "contact", "contact_id")
    assert plan.columns == {"Імʼя": "first_name", "Ел. пошта": "email"}
    assert "olena@shop.example" in page
    assert "UTF-8, ;" in page
    assert not Contact.objects.exists()


def test_bad_rows_are_seen_before_the_start_and_come_back_as_a_file(pages):
    run = sent(pages, contacts=CONTACTS)
    told(pages, run, "check")
    assert (run.status, run.task) == ("waiting", "check")
    assert "A worker looks at all rows" in pages.get(page_of(run, "check")).content.decode()

    assert runs.run_due() == 1

    page = pages.get(page_of(run, "check")).content.decode()
    assert "The row has no ID." in page
    assert "Give every row an ID of its own" in page
    assert "The row has 3 cells, the header has 4." in page
    assert not Contact.objects.exists()

    begun(pages, run)
    assert runs.run_due() == 1

    run.refresh_from_db()
    assert (run.status, run.files.count()) == ("done", 0)
    assert sorted(Contact.objects.values_list("external_id", flat=True)) == ["1", "2", "5"]
    answer = pages.get(reverse("admin:crm_importrun_refused", args=[run.pk, 0]))
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [row["line in the file"] for row in rows] == ["3", "4", "5", "6"]
    assert (rows[0]["Ел. пошта"], rows[3]["Імʼя"], rows[3]["Ел. пошта"]) == ("not an address", "'=2+3", "'+@")
    assert "is not an e-mail address" in rows[0]["what is wrong"]


def test_what_a_worker_finds_is_told_in_the_language_of_who_sent_the_files(pages, administrator):
    administrator.language = "uk"
    administrator.save(update_fields=["language"])
    run = sent(pages, people=CONTACTS)

    told(pages, run, deed="check")
    runs.run_due()

    assert "Рядок не має ID." in set(run.findings.values_list("reason", flat=True))


def test_the_refused_rows_can_be_sent_again_once_they_are_corrected(pages):
    run = sent(pages, contacts='contact_id,name,email\n1,"=Ona",x@shop.example\n2,Ivan,bad\n')
    told(pages, run, "check")
    runs.run_due()
    begun(pages, run)
    runs.run_due()
    answer = pages.get(reverse("admin:crm_importrun_refused", args=[run.pk, 0]))
    corrected = b"".join(answer.streaming_content).decode().replace(",bad,", ",ivan@shop.example,")

    again = sent(pages, contacts=corrected)
    told(pages, again, "check")
    runs.run_due()
    begun(pages, again)
    runs.run_due()

    assert Contact.objects.get(external_id="2").email == "ivan@shop.example"
    assert Contact.objects.get(external_id="1").first_name == "=Ona"


def test_deals_find_their_companies_contacts_and_words(pages):
    run = sent(
        pages,
        accounts="account,sector\nAcme,technology\n",
        contacts="contact_id,account,email\nK1,Acme,ona@acme.example\n",
        sales_pipeline=DEALS,
    )
    plan = ImportPlan.of(run.plan)
    assert [one.kind for one in plan.files] == ["company", "contact", "deal"]
    assert plan.files[2].words["deal_stage"] == {"Won": "won", "Engaging": "open", "Lost": "lost"}

    told(pages, run, "check", **{"file-2-currency": "eur"})
    runs.run_due()
    begun(pages, run)
    runs.run_due()

    deal = Deal.objects.get(external_id="D1")
    assert (deal.status, deal.currency, deal.contact.email) == ("won", "EUR", "ona@acme.example")
    assert Company.objects.get().industry == "technology"
    assert Deal.objects.count() == 2


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"source": "my shop!"}, "Give the system a short name"),
        ({"timezone": "Nowhere"}, "Choose a time zone"),
        ({"file-0-column-1": "email"}, "are both the same field"),
        ({"file-0-external_id": ""}, "choose the column that tells its rows apart"),
        ({"file-0-region": "ZZ"}, "write the country of phones"),
        ({"file-0-currency": "EURO"}, "write the currency"),
        ({"file-0-encoding": "utf-16"}, "is written in UTF-8, not in UTF-16"),
        ({"file-0-kind": "-"}, "Say of at least one file what it holds."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(pages, more, sentence):
    run = sent(pages, contacts=CONTACTS)

    answer = told(pages, run, "check", **more, **{"file-0-column-3": "job_title"})

    assert sentence in answer.content.decode()
    assert run.status == "draft"
    if "file-0-kind" not in more:
        assert ImportPlan.of(run.plan).files[0].columns["note"] == "job_title"


def test_another_table_and_another_delimiter_are_proposed_anew(pages):
    run = sent(pages, contacts="id,name|x\n1,Acme|y\n")

    told(pages, run, **{"file-0-kind": "company", "file-0-delimiter": ","})

    (plan,) = ImportPlan.of(run.plan).files
    assert (plan.kind, plan.header, plan.external_id) == ("company", ["id", "name|x"], "id")


def test_sheets_of_a_workbook_stand_as_files(pages):
    posted = SimpleUploadedFile("people.xlsx", book(CLIENTS, ("Firms", [["id", "company"], ["C1", "Acme"]])))
    pages.post(reverse("admin:crm_importrun_add"), {"csv_files": [posted], "shipped": ""})

    run = ImportRun.objects.get()

    assert sorted(ImportFile.objects.values_list("name", flat=True)) == ["people.xlsx [Clients]", "people.xlsx [Firms]"]
    assert [one.kind for one in ImportPlan.of(run.plan).files] == ["contact", "company"]


def test_a_mapping_is_saved_chosen_again_and_what_the_command_takes(pages):
    run = sent(pages, contacts=CONTACTS)
    told(pages, run, "save", mapping_name="Shop", **{"file-0-column-3": "job_title", "source": "shop"})
    saved = SavedMapping.objects.get(name="Shop")
    downloaded = pages.get(page_of(run, "mapping")).content.decode()
    assert downloaded == saved.text
    assert mapping.read(downloaded).source == "shop"

    posted = SimpleUploadedFile("june.csv", CONTACTS.encode())
    pages.post(reverse("admin:crm_importrun_add"), {"csv_files": [posted], "shipped": f"saved:{saved.pk}"})

    plan = ImportPlan.of(ImportRun.objects.latest("pk").plan)
    assert (plan.source, plan.files[0].columns["note"]) == ("shop", "job_title")


def test_templates_are_understood_by_their_own_headings(pages):
    for kind in ("company", "contact", "product", "channel", "person", "deal", "touchpoint"):
        text = pages.get(reverse("admin:crm_importrun_template", args=[kind])).content.decode()
        run = sent(pages, **{kind: text})
        (plan,) = ImportPlan.of(run.plan).files
        assert (plan.kind, plan.external_id) == (kind, "external_id")
        assert "errornote" not in pages.get(page_of(run, "match")).content.decode()
    whole = pages.get(reverse("admin:crm_importrun_templates")).content
    posted = SimpleUploadedFile("t.xlsx", whole)
    pages.post(reverse("admin:crm_importrun_add"), {"csv_files": [posted], "shipped": ""})
    assert len(ImportPlan.of(ImportRun.objects.latest("pk").plan).files) == 7
    assert pages.get(reverse("admin:crm_importrun_template", args=["nothing"])).status_code == 404


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "does not begin with the names of its columns"),
        (",".join(f"c{n}" for n in range(10_000)).encode(), "has 10000 columns; at most 150"),
        (b"PK\x03\x04", "is not a CSV file but Excel"),
    ],
    ids=["empty", "wide", "zip"],
)
def test_a_hostile_file_is_refused_with_a_sentence(pages, content, sentence):
    posted = SimpleUploadedFile("a.csv", content)

    answer = pages.post(reverse("admin:crm_importrun_add"), {"csv_files": [posted], "shipped": ""})

    assert sentence in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_utf16_is_read_and_said(pages):
    posted = SimpleUploadedFile("a.csv", CONTACTS.encode("utf-16"))
    pages.post(reverse("admin:crm_importrun_add"), {"csv_files": [posted], "shipped": ""})

    assert ImportPlan.of(ImportRun.objects.get().plan).files[0].read_as == "UTF-16, ;"


def test_a_draft_that_nobody_went_on_with_is_forgotten_after_a_day(pages):
    old, young = sent(pages, contacts=CONTACTS), sent(pages, contacts=CONTACTS)
    ImportRun.objects.filter(pk=old.pk).update(created_at=clock.now() - timedelta(hours=25))

    assert runs.forget_old() > 0

    assert list(ImportRun.objects.all()) == [young]
    assert set(ImportFile.objects.values_list("run", flat=True)) == {young.pk}


def test_a_draft_is_dropped_and_a_run_is_not(pages):
    run, started = sent(pages, contacts=CONTACTS), sent(pages, contacts=CONTACTS)
    told(pages, started, "check")

    pages.post(page_of(run, "drop"))
    pages.post(page_of(started, "drop"))

    assert list(ImportRun.objects.all()) == [started]


def test_the_list_leads_back_to_a_draft(pages):
    run = sent(pages, contacts=CONTACTS)

    assert pages.get(page_of(run, "change"))["Location"] == page_of(run, "match")


def test_starting_twice_starts_once(pages):
    run = sent(pages, contacts=CONTACTS)
    told(pages, run, "check")
    runs.run_due()

    begun(pages, run)
    begun(pages, run)

    assert runs.run_due() == 1
    assert runs.run_due() == 0


def test_what_a_colleague_chose_meanwhile_is_not_written_over_unseen(pages):
    run = sent(pages, contacts=CONTACTS)
    mine = chosen(run, deed="look", source="mine")
    told(pages, run, source="theirs")

    answer = pages.post(page_of(run, "match"), mine)

    run.refresh_from_db()
    assert "This draft was changed meanwhile" in answer.text
    assert 'value="mine"' in answer.text
    assert run.source == "theirs"
    pages.post(page_of(run, "match"), mine | {"seen": answer.context["seen"]})
    run.refresh_from_db()
    assert run.source == "mine"


def test_what_is_started_is_what_was_looked_at(pages):
    run = sent(pages, contacts=CONTACTS)
    told(pages, run, "check")
    runs.run_due()
    run.refresh_from_db()
    seen = pages.get(page_of(run, "check")).context["seen"]
    told(pages, run, "check", source="theirs")
    runs.run_due()

    answer = pages.post(page_of(run, "start"), {"seen": seen}, follow=True)

    run.refresh_from_db()
    assert "This draft was changed meanwhile" in answer.text
    assert (run.status, Contact.objects.count()) == ("draft", 0)
    begun(pages, run)
    assert runs.run_due() == 1


def test_what_was_found_of_other_columns_starts_nothing(pages):
    run = sent(pages, contacts=CONTACTS)
    told(pages, run, "check", source="first")
    runs.run_due()
    run.refresh_from_db()
    told(pages, run, "look", source="second")

    answer = begun(pages, run)

    run.refresh_from_db()
    assert (run.status, run.source, run.mapping) == ("draft", "second", "")
    assert answer.status_code == 302
    assert pages.get(page_of(run, "check"))["Location"] == page_of(run, "match")
    assert runs.run_due() == 0


def test_the_same_choice_sent_twice_is_no_change(pages):
    run = sent(pages, contacts=CONTACTS)
    mine = chosen(run, deed="look", source="mine")

    answers = [pages.post(page_of(run, "match"), mine) for _time in range(2)]

    assert not [answer for answer in answers if "was changed meanwhile" in answer.text]


def test_a_run_that_a_worker_has_begun_since_is_not_dropped(pages, monkeypatch):
    run = sent(pages, contacts=CONTACTS)
    told(pages, run, "check")
    runs.run_due()
    stale = ImportRun.objects.get()
    begun(pages, run)

    assert not drafts.drop(stale)

    assert runs.run_due() == 1
    assert ImportRun.objects.get().undone_until is not None


def test_who_may_not_import_sees_none_of_it(client, manager):
    manager.is_staff = True
    manager.save()
    client.force_login(manager)
    run = ImportRun.objects.create(status="draft")

    for name in ("match", "check", "undo", "mapping"):
        assert client.get(page_of(run, name)).status_code in (302, 403)
    assert client.get(reverse("admin:crm_importrun_templates")).status_code in (302, 403)


def test_the_page_reads_no_more_of_a_file_than_its_beginning(pages, monkeypatch):
    """What was found in the whole file is kept: here its only letters beyond ASCII stand at the end."""
    monkeypatch.setattr(drafts, "BEGINNING", 4_000)
    text = "contact_id,name\n" + "".join(f"{n},Ona\n" for n in range(5_000)) + "9999,Ірина Петренко Олена\n"
    posted = SimpleUploadedFile("contacts.csv", text.encode("cp1251"))
    pages.post(reverse("admin:crm_importrun_add"), {"csv_files": [posted], "shipped": ""})
    run = ImportRun.objects.get()

    with CaptureQueriesContext(connection) as queries:
        page = pages.get(page_of(run, "match")).content.decode()

    of_files = [query["sql"] for query in queries if '"content"' in query["sql"]]
    assert len(of_files) == 1
    assert "SUBSTRING" in of_files[0]
    assert "CP1251" in page
    assert '<th scope="row">11</th>' in page
    assert "errornote" not in page


def test_another_encoding_is_tried_on_the_whole_file(pages, monkeypatch):
    monkeypatch.setattr(drafts, "BEGINNING", 200)
    text = "contact_id,name\n" + "".join(f"{n},Ona\n" for n in range(500)) + "9999,Ąžuolas\n"
    run = sent(pages, contacts=text)

    answer = told(pages, run, **{"file-0-encoding": "utf-16"})

    assert "is written in UTF-8, not in UTF-16" in answer.content.decode()
    assert ImportPlan.of(run.plan).files[0].found == ["utf-8", True]
