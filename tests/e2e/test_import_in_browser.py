"""An export of a CRM is imported in a browser: matched, corrected, looked at, started, reported and undone."""

import pytest
from playwright.sync_api import expect

from crm.imports import runs
from crm.models import Contact, Deal, ImportRun
from tests.e2e.conftest import DESKTOP, PHONE, fits

# The shape of a real export, with people who cannot be.
FILES = {
    "accounts.csv": "account,sector,employees,office_location\nAcme,technolgy,120,Lithuania\nBeta,retail,12,Latvia\n",
    "contacts.csv": (
        "contact_id,account,first_name,last_name,email,phone,hobby\n"
        "K1,Acme,Ona,Onaitė,ona@acme.example,+37060000000,Director\n"
        "K2,Beta,Jonas,Jonaitis,not an address,,Buyer\n"
        ",Beta,Nobody,Nobody,nobody@beta.example,,\n"
    ),
    "sales_pipeline.csv": (
        "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
        "D1,,,Acme,Won,2026-05-01,2026-05-04,1250.50\nD2,,,Beta,Engaging,2026-05-01,,\nD3,,,Acme,Gone,2026-05-01,,\n"
    ),
}


def sent(page, live_server):
    page.goto(f"{live_server.url}/admin/crm/importrun/add/")
    posted = [{"name": name, "mimeType": "text/csv", "buffer": text.encode()} for name, text in FILES.items()]
    page.locator("#id_csv_files").set_input_files(posted)
    page.get_by_role("button", name="Continue").click()


@pytest.mark.parametrize(
    ("viewport", "javascript"),
    [(DESKTOP, True), (PHONE, True), (DESKTOP, False)],
    ids=["desktop", "phone", "no scripts"],
)
def test_an_export_is_matched_looked_at_imported_and_undone(
    open_page, live_server, assert_accessible, administrator, viewport, javascript
):
    page = open_page("/admin/crm/importrun/add/", user=administrator, viewport=viewport, javascript=javascript)

    def looked_over():
        assert fits(page), page.url
        if javascript:
            # axe writes styles of its own, which our policy refuses; what the page itself does wrong stands.
            ours = list(open_page.troubles)
            assert_accessible(page)
            open_page.troubles[:] = ours

    looked_over()
    sent(page, live_server)
    expect(page.get_by_role("heading", name="Match the columns")).to_be_visible()
    expect(page.locator("select[id=file-1-column-4]")).to_have_value("email")
    looked_over()

    # One column is corrected: what is called a hobby is a job.
    if javascript:
        search = page.get_by_role("combobox", name="hobby")
        search.fill("job")
        search.press("Enter")
        expect(search).to_have_value("Job title")
    else:
        page.get_by_label("hobby").select_option("job_title")
    page.get_by_label("deal_stage: Gone").select_option("lost")
    page.get_by_role("button", name="Show the first rows again").click()
    expect(page.get_by_role("cell", name="Director")).to_be_visible()
    page.get_by_role("button", name="Look at all rows").click()
    expect(page.get_by_text("A worker looks at all rows")).to_be_visible()
    looked_over()

    runs.run_due()
    if not javascript:
        page.get_by_role("link", name="Reload to see how far it is").click()
    expect(page.get_by_text("The row has no ID.")).to_be_visible()
    expect(page.get_by_text("Give every row an ID of its own")).to_be_visible()
    looked_over()
    page.get_by_role("button", name="Start the import").click()
    expect(page.get_by_text("A worker imports:")).to_be_visible()

    runs.run_due()
    if not javascript:
        page.get_by_role("link", name="Reload to see how far it is").click()
    expect(page.get_by_role("link", name="contacts.csv (CSV)")).to_be_visible()
    looked_over()
    assert Contact.objects.get(external_id="K1").job_title == "Director"
    assert Deal.objects.count() == 3

    page.get_by_role("link", name="Undo this import").click()
    looked_over()
    page.get_by_role("button", name="Undo all of it").click()
    expect(page.get_by_text("A worker undoes the import.")).to_be_visible()
    runs.run_due()
    page.reload()
    expect(page.get_by_text("Records removed")).to_be_visible()
    looked_over()
    assert ImportRun.objects.get().status == "undone"
    assert not Contact.objects.exists()
