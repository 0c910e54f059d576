"""Whom a rule would ask stands below its form on a phone, in both schemes, with and without scripts."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts import clock
from surveys.models import AskingPolicy
from tests.e2e.conftest import PHONE, fits
from tests.e2e.test_admin import CUT
from tests.factories import ContactFactory, SurveyVersionFactory, TouchpointFactory, TriggerFactory, WaveFactory

SCHEMES = pytest.mark.parametrize(("scheme", "scripts"), [("light", True), ("dark", True), ("light", False)], ids=str)


@pytest.fixture
def address():
    return happened()


def happened():
    trigger = TriggerFactory(survey=SurveyVersionFactory().survey, name="After a deal")
    for name, email in (("Vera", "vera@shop.example"), ("Nora", "")):
        contact = ContactFactory(first_name=name, last_name="Customer", email=email)
        TouchpointFactory(contact=contact, occurred_at=clock.now() - timedelta(days=20))
    return f"/admin/surveys/trigger/{trigger.pk}/change/"


@SCHEMES
def test_the_box_stands_below_what_is_typed(open_page, assert_accessible, address, administrator, scheme, scripts):
    page = open_page(address, user=administrator, viewport=PHONE, scheme=scheme, javascript=scripts)
    page.get_by_label("Name", exact=True).fill("As typed")

    page.get_by_role("button", name="See who would be asked").click()

    box = found(page, "1 of 2 would have been asked")
    expect(page.get_by_label("Name", exact=True)).to_have_value("As typed")
    box.locator("summary", has_text="1 · There is no address to write to.").click()
    expect(box.get_by_role("link", name="Nora Customer")).to_be_visible()
    assert_it_fits(open_page, page, assert_accessible if scripts else None)


def found(page, words):
    """Return the box, which stands in sight and has the focus."""
    box = page.get_by_role("region", name="Who would be asked")
    expect(box).to_contain_text(words)
    expect(box).to_be_in_viewport()
    expect(box).to_be_focused()
    return box


def assert_it_fits(open_page, page, assert_accessible):
    assert fits(page)
    assert page.evaluate(CUT) == []
    if assert_accessible:
        # axe writes styles of its own, which our policy refuses.
        ours = list(open_page.troubles)
        assert_accessible(page)
        open_page.troubles[:] = ours


@SCHEMES
def test_a_wave_says_whose_turn_comes(open_page, assert_accessible, administrator, scheme, scripts):
    wave = WaveFactory(survey=SurveyVersionFactory(survey__kind="relational").survey, cadence_days=30)
    for name, email in (("Vera", "vera@shop.example"), ("Nora", "")):
        ContactFactory(first_name=name, last_name="Customer", email=email)
    page = open_page(
        f"/admin/surveys/wave/{wave.pk}/change/",
        user=administrator, viewport=PHONE, scheme=scheme, javascript=scripts,
    )  # fmt: skip
    page.get_by_label("Name", exact=True).fill("As typed")

    page.get_by_role("button", name="See who would be asked").click()

    box = found(page, "1 of 2 would be asked")
    expect(page.get_by_label("Name", exact=True)).to_have_value("As typed")
    expect(box.get_by_role("link", name="Vera Customer")).to_be_visible()
    box.locator("summary", has_text="1 · There is no address to write to.").click()
    expect(box.get_by_role("link", name="Nora Customer")).to_be_visible()
    assert_it_fits(open_page, page, assert_accessible if scripts else None)
    wave.refresh_from_db()
    assert wave.name != "As typed"


@SCHEMES
def test_the_policy_is_held_against_the_one_in_force(open_page, assert_accessible, administrator, scheme, scripts):
    happened()
    again = ContactFactory(first_name="Ida", last_name="Again")
    for days in (45, 20):
        TouchpointFactory(contact=again, occurred_at=clock.now() - timedelta(days=days))
    page = open_page(
        "/admin/surveys/askingpolicy/", user=administrator, viewport=PHONE, scheme=scheme, javascript=scripts
    )
    page.locator("[name=transactional_days]").fill("14")

    page.get_by_role("button", name="See who would be asked").click()

    box = found(page, "3 would have been asked instead of 2: 0 no longer, 1 in addition")
    expect(page.locator("[name=transactional_days]")).to_have_value("14")
    box.locator("summary").first.click()
    expect(box.get_by_role("link", name="Ida Again")).to_be_visible()
    expect(box.get_by_role("row", name="After a deal")).to_contain_text("4")
    assert_it_fits(open_page, page, assert_accessible if scripts else None)
    assert AskingPolicy.current().transactional_days == 90


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
