"""Notices in a real browser: the badge follows by itself, on a screen and on a phone, with and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from followups import notices
from followups.models import StaffNotice
from followups.notices import Kind, presence
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.factories import ContactFactory, FollowupFactory


@pytest.fixture
def tell(owner, team):
    def tell(kind=Kind.NEW, **fields):
        contact = ContactFactory(first_name="Ona", last_name="Petraitė")
        followup = FollowupFactory(assignee=owner, team=team, response__contact=contact, **fields)
        notices.tell(kind, followup)
        return followup

    return tell


@pytest.fixture
def later(live_server):
    """Let half a minute pass in the browser, and wait for what it asks."""

    def later(page):
        with page.expect_response(re.compile("/notices/news/")):
            page.clock.fast_forward(31_000)

    return later


def opened(open_page, path, user, **options):
    page = open_page(path, user=user, **options)
    page.clock.install()
    page.reload()
    return page


def test_the_inbox_follows_without_a_new_page(open_page, owner, tell, later, assert_accessible):
    page = opened(open_page, "/inbox/", owner)
    expect(page.locator("[data-unread]")).to_be_hidden()
    expect(page.locator(".worklist__row, .worklist li")).to_have_count(0)

    tell()
    later(page)

    expect(page.locator("[data-unread]")).to_have_text("1")
    expect(page.locator("[data-told]")).to_have_text("1 unread notice")
    expect(page).to_have_title("(1) Inbox · Plumb")
    expect(page.get_by_role("link", name="1 new follow-up, show it")).to_be_visible()
    assert_accessible(page)

    page.get_by_role("link", name="1 new follow-up, show it").click()
    expect(page.get_by_text("Ona Petraitė")).to_be_visible()
    expect(page.locator("[data-fresh]")).to_be_hidden()
    later(page)
    expect(page.locator("[data-fresh]")).to_be_hidden()


def test_a_page_that_nobody_looks_at_does_not_ask(open_page, owner):
    page = opened(open_page, "/inbox/", owner)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/news/" in request.url else None)
    page.evaluate("Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true})")

    page.clock.fast_forward(120_000)
    assert asked == []

    page.evaluate("Object.defineProperty(document, 'visibilityState', {value: 'visible'})")
    with page.expect_response(re.compile("/notices/news/")):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert len(asked) == 1


def test_opening_a_followup_reads_its_notice_and_shows_who_else_is_there(open_page, owner, teammate, tell, later):
    followup = tell()
    tell()
    page = opened(open_page, "/contacts/", owner)
    expect(page.locator("[data-unread]")).to_have_text("2")

    page.goto(page.url.replace("/contacts/", followup.get_absolute_url()))
    expect(page.locator("[data-unread]")).to_have_text("1")
    assert StaffNotice.objects.unread().count() == 1
    expect(page.locator("[data-here]")).to_be_hidden()

    presence.note(followup.pk, teammate)
    later(page)
    expect(page.locator("[data-here]")).to_have_text("Tomas Teammate is on it now.")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_for_everybody(open_page, owner, tell, viewport, scheme, assert_accessible):
    followup = tell()
    tell(Kind.OVERDUE)
    for path in ("/notices/", "/notices/settings/", "/me/absences/", followup.get_absolute_url()):
        page = open_page(path, user=owner, viewport=viewport, scheme=scheme)
        assert_accessible(page)
        assert fits(page), path


def test_without_scripts_the_page_of_notices_does_it_all(open_page, owner, tell):
    followup = tell()
    page = open_page("/notices/", user=owner, javascript=False)
    expect(page.locator("[data-unread]")).to_have_text("1")

    page.get_by_role("button", name=re.compile("Open:")).click()

    expect(page).to_have_url(re.compile(followup.get_absolute_url()))
    expect(page.locator("[data-unread]")).to_be_hidden()


def test_a_colleague_is_found_while_one_types(open_page, owner, teammate, tell):
    followup = tell()
    page = open_page(followup.get_absolute_url(), user=owner)

    page.get_by_role("combobox", name="Mention a colleague").press_sequentially("tom")
    page.get_by_role("listbox").get_by_role("option", name="Tomas Teammate").click()
    page.get_by_label("What was said or found out").fill("Do you know them?")
    page.locator("#notes button").click()

    expect(page.get_by_text("The note is saved.")).to_be_visible()
    assert StaffNotice.objects.get(kind="mention").person == teammate
