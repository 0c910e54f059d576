import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import DESKTOP, PHONE


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_login_page_is_accessible(open_page, assert_accessible, viewport, scheme):
    page = open_page("/accounts/login/", viewport=viewport, scheme=scheme)

    expect(page.get_by_role("heading", level=1)).to_have_text("Log in to Plumb")
    assert_accessible(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_logging_in_with_a_wrong_password_says_so(open_page, owner, javascript):
    page = open_page("/accounts/login/", javascript=javascript)
    page.get_by_label("E-mail").fill("owner@plumb.example")
    page.get_by_label("Password").fill("not it")
    page.get_by_role("button", name="Log in").click()

    expect(page.get_by_role("alert")).to_contain_text("not correct")
    expect(page.get_by_label("E-mail")).to_have_value("owner@plumb.example")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_no_language_stands_alone_on_a_line(open_page, viewport):
    page = open_page("/accounts/login/", viewport=viewport)

    tops = [round(button.bounding_box()["y"]) for button in page.locator(".languages button").all()]

    assert len(tops) == 4
    assert all(tops.count(top) > 1 for top in tops)
