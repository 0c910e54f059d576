import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from followups.models import Activity
from tests.e2e.test_inbox import followup

PASSWORD = "correct-Horse-battery-77"


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_note_survives_a_session_that_ended_while_it_was_written(open_page, assert_accessible, owner, javascript):
    owner.password = make_password(PASSWORD)
    owner.save(update_fields=["password"])
    made = followup(owner)
    page = open_page(made.get_absolute_url(), user=owner, javascript=javascript)
    page.get_by_label("Called the customer").check()
    page.get_by_label("What was said or found out").fill("She wants the invoice split in two.")
    Session.objects.all().delete()

    page.locator("#notes").get_by_role("button").click()
    page.locator("[name=login]").fill(owner.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"**{made.get_absolute_url()}")

    if javascript:
        field = page.get_by_label("What was said or found out")
        expect(page.get_by_label("Called the customer")).to_be_checked()
    else:
        field = page.get_by_label("You wrote")
    expect(field).to_have_value("She wants the invoice split in two.")
    if javascript:
        assert_accessible(page)
    assert not Activity.objects.filter(kind="call").exists()
    button = (
        page.locator("#notes").get_by_role("button") if javascript else page.get_by_role("button", name="Send it now")
    )
    button.click()
    page.wait_for_url(f"**{made.get_absolute_url()}*")
    assert Activity.objects.get(kind="call").text == "She wants the invoice split in two."
    expect(page.locator("[data-unsent]")).to_have_count(0)
