"""Whom a rule would ask stands below its form on a phone, in both schemes, with and without scripts."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts import clock
from tests.e2e.conftest import PHONE
from tests.e2e.test_admin import CUT
from tests.factories import ContactFactory, SurveyVersionFactory, TouchpointFactory, TriggerFactory


@pytest.fixture
def address():
    trigger = TriggerFactory(survey=SurveyVersionFactory().survey, name="After a deal")
    for name, email in (("Vera", "vera@shop.example"), ("Nora", "")):
        contact = ContactFactory(first_name=name, last_name="Customer", email=email)
        TouchpointFactory(contact=contact, occurred_at=clock.now() - timedelta(days=20))
    return f"/admin/surveys/trigger/{trigger.pk}/change/"


@pytest.mark.parametrize(("scheme", "scripts"), [("light", True), ("dark", True), ("light", False)], ids=str)
def test_the_box_stands_below_what_is_typed(open_page, assert_accessible, address, administrator, scheme, scripts):
    page = open_page(address, user=administrator, viewport=PHONE, scheme=scheme, javascript=scripts)
    page.get_by_label("Name", exact=True).fill("As typed")

    page.get_by_role("button", name="See who would be asked").click()

    box = page.get_by_role("region", name="Who would be asked")
    expect(box).to_contain_text("1 of 2 would have been asked")
    expect(box).to_be_in_viewport()
    expect(box).to_be_focused()
    expect(page.get_by_label("Name", exact=True)).to_have_value("As typed")
    box.locator("summary", has_text="1 · There is no address to write to.").click()
    expect(box.get_by_role("link", name="Nora Customer")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.evaluate(CUT) == []
    if scripts:
        ours = list(open_page.troubles)
        assert_accessible(page)
        open_page.troubles[:] = ours


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_errors_come_as_usual_and_what_was_typed_stays(open_page, address, administrator, scripts):
    page = open_page(address, user=administrator, viewport=PHONE, javascript=scripts)
    page.get_by_label("Days after").fill("-1")

    page.get_by_role("button", name="See who would be asked").click()

    expect(page.locator("#id_days_error")).to_be_visible()
    expect(page.get_by_label("Days after")).to_have_value("-1")
    expect(page.get_by_role("region", name="Who would be asked")).to_have_count(0)
    page.get_by_label("Days after").fill("4")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
