"""The code of a recommendation, as other systems send it with a deal: by the API and in a file."""

from io import StringIO

import pytest
from django.core.management import call_command

from crm.models import Deal, ImportRun
from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db

CODE, WRITTEN = "7K3M9QX2ABCDEF01", "7k3m-9qx2 abcd-efo1"
MAPPING = """
source = "shop"

[[table]]
file = "deals.csv"
to = "deal"
columns = { external_id = "no", contact = "who", status = "stage", referral_code = "by" }
"""


@pytest.fixture
def _contact(db):
    ContactFactory(source="hubspot", external_id="p-1")
    ContactFactory(source="shop", external_id="p-1")


def put(api, **fields):
    return api.put("/api/v1/deals/d-1/", {"contact": "p-1", "status": "open", **fields})


@pytest.mark.usefixtures("_contact")
@pytest.mark.parametrize(
    ("written", "kept"),
    [(WRITTEN, CODE), ("summer_10", "SUMMER10"), ("", ""), ("7K3M–9QX2—A−1", "7K3M9QX2A1"), ("x" * 40, "X" * 40)],
)
def test_the_api_keeps_a_code_in_its_one_form_and_tells_it(api, written, kept):
    assert put(api, referral_code=written).status_code in (200, 201)

    assert Deal.objects.get().referral_code == kept
    assert api.get("/api/v1/deals/d-1/").json()["referral_code"] == kept


@pytest.mark.usefixtures("_contact")
def test_what_is_not_sent_stays_and_null_takes_the_code_away(api):
    put(api, referral_code=CODE)
    put(api, amount="10.00", currency="EUR")
    assert Deal.objects.get().referral_code == CODE

    put(api, referral_code=None)
    assert Deal.objects.get().referral_code == ""


@pytest.mark.usefixtures("_contact")
@pytest.mark.parametrize("code", ["x" * 41, "x" * 5000, {"a": 1}, ["7K"], True])
def test_the_api_refuses_what_is_no_code_with_its_field(api, code):
    answer = put(api, referral_code=code)

    assert answer.status_code == 400
    assert "referral_code" in answer.json()["errors"] if "errors" in answer.json() else "referral_code" in answer.text
    assert not Deal.objects.exists()


@pytest.mark.usefixtures("_contact")
def test_a_file_brings_codes_and_a_bad_one_refuses_its_row_alone(tmp_path):
    (tmp_path / "m.toml").write_text(MAPPING)
    rows = [f"1,p-1,won,{WRITTEN}", "2,p-1,won,", f"3,p-1,won,{'x' * 41}"]
    (tmp_path / "deals.csv").write_text("\n".join(["no,who,stage,by", *rows]) + "\n")

    call_command("import_crm", str(tmp_path), mapping=str(tmp_path / "m.toml"), stdout=StringIO(), stderr=StringIO())

    assert dict(Deal.objects.values_list("external_id", "referral_code")) == {"1": CODE, "2": ""}
    finding = ImportRun.objects.get().findings.get()
    assert (finding.line, finding.column) == (4, "by")
