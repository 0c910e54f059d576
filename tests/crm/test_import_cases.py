"""Every folder under tests/cases/imports is imported; its expected.json says what must become of it.

An expected.json holds `error` (why nothing was taken) or `read_as`, `counts` and `findings` (line, column, severity,
reason of each). A folder that has none fails.
"""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from crm.imports import runs
from crm.models import Contact, ImportRun

CASES = sorted((Path(__file__).parents[1] / "cases" / "imports").iterdir(), key=lambda case: case.name)

pytestmark = pytest.mark.django_db
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def outcome_of(run):
    return {
        "read_as": run.read_as,
        "counts": run.counts,
        "findings": [
            list(finding)
            for finding in run.findings.order_by("pk").values_list("file", "line", "column", "severity", "reason")
        ],
    }


def by_command(case):
    try:
        call_command("import_crm", str(case), mapping=str(case / "m.toml"), stdout=StringIO(), stderr=StringIO())
    except CommandError as error:
        return {"error": str(error)}
    return outcome_of(ImportRun.objects.latest("pk"))


@each_case
def test_the_command_takes_what_is_good_and_names_the_rest(case):
    assert by_command(case) == json.loads((case / "expected.json").read_text())


@each_case
def test_an_upload_ends_the_same_way_and_in_no_error_page(case, client, administrator):
    client.force_login(administrator)
    files = [SimpleUploadedFile(file.name, file.read_bytes()) for file in case.glob("*.csv")]
    mapping = SimpleUploadedFile("m.toml", (case / "m.toml").read_bytes())

    answer = client.post(reverse("admin:crm_importrun_add"), {"mapping_file": mapping, "csv_files": files})
    runs.run_due()

    expected = json.loads((case / "expected.json").read_text())
    run = ImportRun.objects.first()
    if run is None:
        assert answer.status_code == 200
        assert expected["error"] in answer.context["adminform"].form.non_field_errors()[0]
    else:
        assert answer.status_code == 302
        assert outcome_of(run) == expected
        assert client.get(reverse("admin:crm_importrun_change", args=[run.pk])).status_code == 200


def test_a_second_export_with_an_empty_status_changes_no_won_deal():
    cases = {case.name: case for case in CASES}
    by_command(cases["status1"])
    deal = Contact.objects.get().deals.get()

    by_command(cases["status2"])

    deal.refresh_from_db()
    assert deal.status == "won"
    assert deal.touchpoints.get().cancelled_at is None
    assert Contact.objects.get().deals.get(external_id="s2").status == "open"


@pytest.mark.parametrize("name", ["bidi_and_controls", "nul", "utf16_half_pair"])
def test_what_is_kept_can_be_shown(name):
    by_command({case.name: case for case in CASES}[name])

    for contact in Contact.objects.all():
        assert contact.name.replace("\u200f", "").isprintable()
    if name == "bidi_and_controls":
        assert sorted(contact.name for contact in Contact.objects.all()) == ["evA Test", "Ánna B", "דן כהן\u200f"]
