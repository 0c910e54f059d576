from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts import clock
from followups.models import Followup
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.factories import (
    CompanyFactory,
    ContactFactory,
    FollowupFactory,
    InvitationFactory,
    ProductFactory,
    TouchpointFactory,
)
from tests.noes import opt_out

# The finer filters, what is done to many, and the tick of the row stand between the filters and the first row.
MOST_TABS = 10


def followup(assignee, *, name="Ona", last_name="Petraitė", score=3, comment="Two weeks late.", **fields):
    contact = ContactFactory(
        first_name=name, last_name=last_name, phone="+37060000000", company=CompanyFactory(name="Baltic Foods")
    )
    touchpoint = TouchpointFactory(contact=contact, manager=assignee, product=ProductFactory())
    invitation = InvitationFactory(contact=contact, touchpoint=touchpoint, status="answered")
    return FollowupFactory(
        assignee=assignee,
        team=assignee.team,
        instructions={"en": "Call today."},
        response__invitation=invitation,
        response__score=score,
        response__comment=comment,
        response__trail=[{"at": clock.now().isoformat(), "score": 8, "comment": "Well."}],
        **fields,
    )


def test_a_long_word_of_when_it_is_due_stays_inside_its_row(open_page, owner):
    followup(owner, status="waiting", look_again_on=clock.now().date() - timedelta(days=2))
    page = open_page("/inbox/", user=owner)

    badge = page.get_by_text("Look again since").bounding_box()
    row = page.locator(".worklist__row").bounding_box()

    assert badge["x"] + badge["width"] <= row["x"] + row["width"]


def test_words_written_from_the_right_are_read_from_there(open_page, owner):
    made = followup(owner, comment="تأخرت الطلبية أسبوعين.")
    page = open_page(f"/inbox/{made.pk}/", user=owner)
    words = page.locator(".answer__comment")
    begins = """words => {
        const range = document.createRange();
        range.setStart(words.firstChild, 0);
        range.setEnd(words.firstChild, 1);
        const { left, right } = words.getBoundingClientRect();
        const letter = range.getBoundingClientRect();
        return right - letter.right < letter.left - left;
    }"""

    assert words.evaluate(begins)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_an_agent_works_a_followup_from_the_inbox_to_resolved(open_page, owner, javascript):
    made = followup(owner)
    page = open_page("/inbox/", user=owner, javascript=javascript)

    page.get_by_role("link", name="Ona Petraitė").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ona Petraitė Baltic Foods")
    expect(page.get_by_text("Call today.")).to_be_visible()

    page.get_by_label("Called the customer").check()
    page.get_by_label("What was said or found out").fill("The parcel stood at the depot.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".flash")).to_contain_text("The call is saved.")
    expect(page.get_by_text("The parcel stood at the depot.")).to_be_visible()

    page.get_by_label("Resolution").fill("Sent anew by courier.")
    page.get_by_role("button", name="Resolve", exact=True).click()
    expect(page.get_by_text("Choose why it happened.")).to_be_visible()
    expect(page.get_by_label("Resolution")).to_have_value("Sent anew by courier.")

    page.get_by_label("Root cause").select_option("delivery")
    page.get_by_label("Outcome").select_option("saved")
    page.get_by_role("button", name="Resolve", exact=True).click()
    expect(page.locator(".flash")).to_contain_text("The follow-up is resolved.")
    expect(page.get_by_role("heading", name="How it was resolved")).to_be_visible()

    made.refresh_from_db()
    assert (made.status, made.root_cause_id, made.outcome) == ("resolved", "delivery", "saved")
    page.get_by_role("link", name="Inbox").click()
    expect(page.get_by_text("You have nothing to do here.")).to_be_visible()


def test_a_teammate_takes_unassigned_work(open_page, owner, teammate):
    made = followup(owner)
    made.unassign(by=owner)

    page = open_page("/inbox/?tab=unassigned", user=teammate)
    page.get_by_role("link", name="Ona Petraitė").click()
    page.get_by_role("button", name="Take it").click()

    expect(page.locator(".flash")).to_contain_text("The follow-up is yours.")
    assert Followup.objects.get().assignee == teammate


def test_the_inbox_is_worked_with_the_keyboard(open_page, owner):
    followup(owner)
    page = open_page("/inbox/", user=owner)

    page.get_by_role("button", name="Show").focus()
    row = page.get_by_role("link", name="Ona Petraitė")
    for _key in range(MOST_TABS):
        page.keyboard.press("Tab")
        if row.evaluate("link => link === document.activeElement"):
            break
    expect(row).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Ona Petraitė Baltic Foods")


def test_typing_narrows_the_list_without_a_reload(open_page, owner):
    followup(owner)
    followup(owner, name="Markus", last_name="Weber", score=10)
    page = open_page("/inbox/", user=owner)
    page.evaluate("window.notReloaded = true")

    page.get_by_role("searchbox", name="Customer").press_sequentially("mark")

    expect(page.get_by_role("link", name="Ona Petraitė")).to_have_count(0)
    expect(page.get_by_role("link", name="Markus Weber")).to_be_visible()
    page.wait_for_url("**q=mark**")
    assert page.evaluate("window.notReloaded")

    page.get_by_role("searchbox", name="Customer").fill("")
    page.get_by_label("Category").select_option("detractor")
    expect(page.get_by_role("link", name="Ona Petraitė")).to_be_visible()
    expect(page.get_by_role("link", name="Markus Weber")).to_have_count(0)


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_staff_page_is_accessible_and_fits(open_page, live_server, assert_accessible, owner, viewport, scheme):
    work = followup(owner, next_due_at=clock.now(), first_contact_due_at=clock.now())
    done = followup(owner, name="Jonas", score=10)
    done.resolve(root_cause="other", resolution="Thanked.", outcome="reviewed", by=owner)
    contact = work.response.contact
    opt_out(contact)
    page = open_page("/inbox/", user=owner, viewport=viewport, scheme=scheme)

    for path in (
        "/inbox/",
        "/inbox/?tab=unassigned",
        f"/inbox/{work.pk}/",
        f"/inbox/{done.pk}/",
        "/contacts/",
        f"/contacts/{contact.pk}/",
        f"/companies/{contact.company_id}/",
    ):
        page.goto(live_server.url + path)
        page.evaluate("document.querySelectorAll('details').forEach((closed) => { closed.open = true; })")
        assert fits(page)
        assert_accessible(page)


def test_on_a_phone_the_call_stays_in_sight_and_forms_come_before_facts(open_page, live_server, owner):
    work = followup(owner)
    page = open_page(f"/inbox/{work.pk}/", user=owner, viewport=PHONE)
    facts = page.locator(".followup__aside").bounding_box()
    for form in page.locator(".followup__work form").all():
        if form.is_visible():
            assert form.bounding_box()["y"] < facts["y"]
    call = page.get_by_role("link", name="Call", exact=True)
    expect(page.get_by_role("link", name="Write", exact=True)).to_have_count(1)

    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")

    expect(call).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("heading", name="Ona Petraitė")).to_be_in_viewport(ratio=1)
