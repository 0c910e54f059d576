"""Sixty customers a day: how many actions and page loads one of them takes, by mouse, by keyboard, without scripts."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts import clock
from followups.models import Followup, Playbook
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.e2e.test_inbox import followup


class Counted:
    """A page whose actions and page loads are counted: what a person does, and what the browser opens anew."""

    def __init__(self, page):
        self.page, self.actions, self.loads = page, 0, 0
        page.on("request", self._seen)

    def _seen(self, request):
        self.loads += request.is_navigation_request() and request.redirected_from is None

    def do(self, place, verb, *words):
        self.actions += 1
        getattr(place, verb)(*words)

    def press(self, key):
        self.actions += 1
        self.page.keyboard.press(key)


@pytest.fixture
def line(owner):
    due = clock.now() + timedelta(hours=2)
    return [
        followup(owner, name=name, next_due_at=due + timedelta(hours=number))
        for number, name in enumerate(("Ona", "Rasa", "Markus"))
    ]


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_from_the_list_to_resolved_and_next_in_four_actions_and_two_page_loads(open_page, owner, line, javascript):
    page = open_page("/inbox/?tab=mine&category=detractor", user=owner, javascript=javascript)
    counted = Counted(page)

    counted.do(page.get_by_role("link", name="Ona Petraitė"), "click")
    counted.do(page.get_by_label("Root cause"), "select_option", "delivery")
    counted.do(page.get_by_label("Resolution"), "fill", "Sent anew by courier.")
    counted.do(page.get_by_role("button", name="Resolve and next"), "click")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Rasa Petraitė")
    expect(page.get_by_text("1 of 2")).to_be_visible()
    assert "category=detractor" in page.url
    assert (counted.actions, counted.loads) == (4, 2)
    line[0].refresh_from_db()
    assert line[0].status == "resolved"


def test_after_the_last_one_a_page_says_so(open_page, owner, line):
    page = open_page(f"/inbox/{line[2].pk}/?tab=mine", user=owner)

    page.get_by_text("Dismiss it because there is nothing to do").click()
    page.get_by_label("Why is nothing to be done?").fill("A test of ours.")
    page.get_by_role("button", name="Dismiss and next").click()

    expect(page.get_by_role("heading", name="End of the list")).to_be_visible()
    page.get_by_role("link", name="Back to the list").click()
    expect(page.get_by_role("link", name="Ona Petraitė")).to_be_visible()


def turn_to(page, key, name):
    """Go to the next or the one before by a key, until its links are taken over as well."""
    page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page.locator(".htmx-settling")).to_have_count(0)


def test_next_and_previous_are_fragments_and_the_way_back_is_the_browsers(open_page, owner, line):
    page = open_page(f"/inbox/{line[0].pk}/?tab=mine", user=owner)
    page.evaluate("window.notReloaded = true")

    turn_to(page, "j", "Rasa")
    expect(page).to_have_title("Rasa Petraitė, Baltic Foods · Plumb")
    turn_to(page, "j", "Markus")
    turn_to(page, "k", "Rasa")
    assert page.evaluate("window.notReloaded")
    assert page.evaluate("localStorage.getItem('htmx-history-cache')") in (None, "[]")

    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Markus")


def test_a_follow_up_is_worked_from_the_list_on_by_keys_alone(open_page, owner, line):
    page = open_page("/inbox/", user=owner)

    for key in "jjo":
        page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rasa")
    expect(page.get_by_role("button", name="Keys")).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_label("Assigned to")).to_be_focused()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("s")
    expect(page.get_by_label("Look again on")).to_be_focused()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("r")
    expect(page.get_by_label("Root cause")).to_be_focused()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("n")
    expect(page.get_by_label("What was said or found out")).to_be_focused()

    page.keyboard.type("join ? s/k")
    expect(page.get_by_label("What was said or found out")).to_have_value("join ? s/k")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("o")
    page.wait_for_url("**/inbox/?tab=mine")
    expect(page.get_by_role("button", name="Keys")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_label("Customer, comment")).to_be_focused()


def test_help_tells_the_keys_and_switches_them_off(open_page, owner, line, assert_accessible):
    page = open_page("/inbox/", user=owner)
    expect(page.get_by_role("dialog", name="Keys")).not_to_be_visible()

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Use these keys in this browser").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("?")

    expect(page.get_by_role("dialog", name="Keys")).not_to_be_visible()
    assert page.evaluate("document.activeElement === document.body")
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Use these keys in this browser").check()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Ona Petraitė")).to_be_focused()


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_several_are_assigned_at_once_and_it_is_undone(open_page, owner, teammate, line, javascript):
    page = open_page("/inbox/", user=owner, javascript=javascript)

    page.get_by_label("Choose Ona Petraitė").check()
    page.get_by_label("Choose Rasa Petraitė").check()
    page.get_by_text("Several at once").click()
    page.get_by_label("Assigned to").select_option(label="Tomas Teammate")
    page.get_by_role("button", name="Assign").click()

    expect(page.get_by_text("2 follow-ups are assigned.")).to_be_visible()
    expect(page.get_by_role("link", name="Ona Petraitė")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Ona Petraitė")).to_be_visible()
    assert set(Followup.objects.values_list("assignee", flat=True)) == {owner.pk}


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_station_is_accessible_and_fits(
    open_page, live_server, assert_accessible, owner, teammate, line, viewport, scheme
):
    Playbook.objects.update(script={"en": "Good morning."})
    Followup.objects.update(playbook=Playbook.objects.filter(category="detractor").first())
    owner.saved_queues.create(name="Critics of a product with a long name", query="tab=mine&category=detractor")
    page = open_page("/inbox/", user=owner, viewport=viewport, scheme=scheme)
    page.get_by_text("Several at once").click()
    page.get_by_label("All 3 follow-ups of this list").check()
    page.get_by_label("Note").fill("Asked.")
    with page.expect_navigation():
        page.get_by_role("button", name="Add the note").click()
    told = page.url

    for path in (told, "/inbox/?queue=1&tab=mine", "/inbox/end/?tab=mine", f"/inbox/{line[1].pk}/?tab=mine"):
        page.goto(path if path.startswith("http") else live_server.url + path)
        page.evaluate("document.querySelectorAll('details').forEach((closed) => { closed.open = true; })")
        assert fits(page)
        assert_accessible(page)


def test_on_a_phone_call_write_and_done_stay_in_sight(open_page, owner, line):
    page = open_page(f"/inbox/{line[0].pk}/", user=owner, viewport=PHONE)

    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")

    for name in ("Call", "Write", "Done"):
        button = page.get_by_role("link", name=name, exact=True)
        expect(button).to_be_in_viewport(ratio=1)
        assert button.bounding_box()["height"] >= 36
    page.get_by_role("button", name="Not reached").click()
    expect(page.get_by_text("Called the customer: not reached")).to_be_visible()
