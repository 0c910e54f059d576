"""The first page of an installation: who opens the link of the log becomes its administrator."""

import pytest
from playwright.sync_api import expect

from accounts.access import first
from accounts.models import User
from tests.e2e.conftest import DESKTOP, PHONE, fits


@pytest.fixture
def address(transactional_db):
    return "/accounts/first/" + first.link().rstrip("/").rpartition("/")[2] + "/"


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "none"])
@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"])
def test_the_first_administrator_makes_themselves_and_lands_on_the_set_up(
    open_page, address, assert_accessible, viewport, scheme, javascript
):
    page = open_page(address, viewport=viewport, scheme=scheme, javascript=javascript)
    assert fits(page)
    if javascript:
        assert_accessible(page)
    page.get_by_label("Name", exact=True).fill("Ona Petraitė")
    page.get_by_label("E-mail").fill("ona@shop.example")
    page.get_by_label("New password", exact=True).fill("seven green lamps hum")
    page.get_by_label("New password confirmation").fill("seven green lamps")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("The two password fields didn’t match.")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Ona Petraitė")
    assert not User.objects.exists()

    for label in ("New password", "New password confirmation"):
        page.get_by_label(label, exact=True).fill("seven green lamps hum")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("Your password is set. Log in with it.")).to_be_visible()
    page.get_by_label("E-mail").fill("ona@shop.example")
    page.get_by_label("Password").fill("seven green lamps hum")
    page.get_by_role("button", name="Log in").click()

    expect(page.get_by_role("heading", name="Set-up")).to_be_visible()
