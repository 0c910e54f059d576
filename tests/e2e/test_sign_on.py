"""The whole way to the company's provider and back, in a browser that keeps our Content-Security-Policy."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from tests.e2e.conftest import DESKTOP, PHONE


@pytest.fixture
def company_of_the_browser(company, settings, live_server, open_page):
    """The provider, to which the browser may go."""
    settings.BASE_URL = live_server.url
    yield company
    expected = (f"request to {company.issuer}", "Failed to load resource: the server responded with a status of 403")
    open_page.troubles[:] = [trouble for trouble in open_page.troubles if not trouble.startswith(expected)]


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_one_button_leads_there_and_back_to_the_page_that_was_wanted(
    open_page, company_of_the_browser, live_server, javascript
):
    User.objects.create_user("olena@plumb.example", "seven green lamps hum", name="Olena")
    page = open_page("/me/sessions/", javascript=javascript)

    page.get_by_role("button", name="Log in with your company account").click()
    page.wait_for_url(f"{live_server.url}/me/sessions/")

    expect(page.get_by_role("heading", level=1)).to_have_text("Where you are logged in")
    assert "/authorize" in company_of_the_browser.requests


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_it_are_accessible(open_page, assert_accessible, company_of_the_browser, viewport, scheme):
    page = open_page("/accounts/login/", viewport=viewport, scheme=scheme)
    assert_accessible(page)

    page.get_by_role("button", name="Log in with your company account").click()
    page.wait_for_url("**/callback/**")

    expect(page.get_by_role("alert")).to_contain_text("Nobody works here as olena@plumb.example.")
    assert_accessible(page)
