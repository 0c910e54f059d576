"""A file says by column what contacts agreed to; what it leaves empty was not said."""

from datetime import UTC, datetime

import pytest

from crm.imports import files, runs
from crm.models import Contact, ImportFinding, ImportRun
from tests.factories import ContactFactory
from tests.noes import object_to

pytestmark = pytest.mark.django_db
MAPPING = """
source = "shop"
timezone = "Europe/Vilnius"
[[table]]
file = "c.csv"
to = "contact"
[table.columns]
external_id = "id"
email = "mail"
consent_email = "asking"
marketing_consent_email = { column = "news", values = { yes = "given", no = "", out = "objected" }, empty = "clear" }
marketing_consent_sms = { column = "sms", empty = "clear" }
marketing_consent_at = "since"
marketing_consent_evidence = "wording"
"""
HEAD = "id,mail,asking,news,sms,since,wording\n"


def take(*rows):
    text = HEAD + "".join(f"{row}\n" for row in rows)
    run = ImportRun.objects.create(mapping=MAPPING)
    runs.execute(run, files.uploads({"c.csv": text.encode()}))
    return run


def said():
    contact = Contact.objects.get(external_id="1")
    return {(word.use, word.medium): word.status for word in contact.consents.all()}


def test_each_column_is_about_its_medium_and_use_with_its_proof():
    take("1,ona@shop.example,objected,yes,,2026-03-02 10:00,Version 7")

    assert said() == {("surveys", "email"): "objected", ("marketing", "email"): "given"}
    word = Contact.objects.get().consents.get(use="marketing")
    assert (word.origin, word.evidence, word.changed_at) == ("c.csv", "Version 7", datetime(2026, 3, 2, 8, tzinfo=UTC))
    assert Contact.objects.get().consents.get(use="surveys").evidence == ""


@pytest.mark.parametrize("row", ["1,,,,,,", "1,,,no,,2026-04-02,Version 8"])
def test_an_empty_cell_changes_nothing_even_where_it_clears(row):
    take("1,ona@shop.example,given,yes,given,2026-03-02,Version 7")
    before = said()

    take(row)

    assert said() == before
    assert Contact.objects.get().consents.get(medium="email", use="marketing").evidence == "Version 7"


def test_a_no_of_the_person_stays_and_the_report_names_the_column():
    object_to(ContactFactory(source="shop", external_id="1"), use="marketing")

    run = take("1,,given,yes,given,,")

    assert said() == {
        ("marketing", "email"): "objected", ("marketing", "sms"): "given", ("surveys", "email"): "given",
    }  # fmt: skip
    finding = ImportFinding.objects.get(run=run)
    assert (finding.column, finding.severity) == ("news", "note")
    assert finding.reason.startswith("An objection stays (email)")


def test_a_word_that_is_none_refuses_its_row_and_no_other():
    run = take("1,,perhaps,,,,", "2,,given,,,,")

    assert list(Contact.objects.values_list("external_id", flat=True)) == ["2"]
    assert "is not one of: given, soft_opt_in, objected" in ImportFinding.objects.get(run=run).reason
