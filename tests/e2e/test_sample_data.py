"""Looking around with sample data, in a browser: they come while one watches, and go by one press."""

import pytest
from playwright.sync_api import expect

from crm.models import Contact
from onboarding.models import Pulse
from onboarding.sample import company, upkeep
from tests.e2e.conftest import DESKTOP, PHONE, fits


@pytest.fixture
def reader(administrator, monkeypatch):
    """Whoever sets up an installation in which beat is alive; fewer deals are loaded there."""
    Pulse.keep()
    monkeypatch.setattr(company, "DEALS", 60)
    return administrator


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"])
def test_the_page_goes_on_by_itself_and_every_page_says_that_all_is_invented(
    open_page, live_server, assert_accessible, reader, viewport, scheme
):
    page = open_page("/setup/", user=reader, viewport=viewport, scheme=scheme)
    page.get_by_role("button", name="Look around with sample data").click()
    expect(page.get_by_text("A worker is loading the sample data.")).to_be_visible()
    assert_accessible(page)

    upkeep.tend()

    expect(page.get_by_role("button", name="Remove all of it")).to_be_visible()
    assert_accessible(page)
    for address in ("/dashboard/", "/inbox/", "/setup/"):
        page.goto(live_server.url + address)
        expect(page.get_by_text("Sample data.")).to_be_visible()
        assert_accessible(page)
        assert fits(page)


def test_they_come_and_go_without_scripts(open_page, reader):
    page = open_page("/setup/sample/", user=reader, viewport=PHONE, javascript=False)
    page.get_by_role("button", name="Look around with sample data").click()
    upkeep.tend()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("contacts: 120")).to_be_visible()

    page.get_by_role("button", name="Remove all of it").press("Enter")
    expect(page.get_by_text("A worker is removing the sample data.")).to_be_visible()
    upkeep.tend()
    page.get_by_role("link", name="Look again").click()

    expect(page.get_by_text("There are no sample data here.")).to_be_visible()
    assert not Contact.objects.exists()
