"""Several widgets in one page, people who change while it is open, and what must not be asked for nobody's eyes."""

import re

import pytest
from playwright.sync_api import expect

from responses.models import Response
from surveys.models import Invitation
from tests.e2e.conftest import DESKTOP
from tests.e2e.test_web_widget import change, site, tap, visit, widget  # noqa: F401 fixtures
from tests.factories import ContactFactory, WebWidgetFactory
from tests.responses.widgets.conftest import token


@pytest.fixture
def second(site, widget):  # noqa: F811
    """Another widget in the same page; its tag stands behind that of the first."""
    other = WebWidgetFactory(origins=[site.url])
    site.place = f'<script async src="{site.plumb}/w/plumb.js" data-key="{other.key}"></script>'
    return other


def boxes(page):
    return page.get_by_role("dialog")


def identify(page, proof):
    page.evaluate("(proof) => plumb('identify', proof)", proof)


def test_two_widgets_of_a_page_take_turns_and_both_hear_what_it_says(visit, widget, second):  # noqa: F811
    change(widget, events=["order_done"])
    change(second, events=["order_done"])
    page = visit(viewport=DESKTOP)
    page.wait_for_timeout(700)

    page.evaluate("plumb('event', 'order_done')")
    expect(boxes(page)).to_have_count(1)
    page.wait_for_timeout(1000)
    expect(boxes(page)).to_have_count(1)
    boxes(page).get_by_role("button", name="Close").click()

    expect(boxes(page)).to_have_count(1)
    tap(boxes(page), 7)
    expect(boxes(page).get_by_label("In your own words")).to_be_visible()
    boxes(page).get_by_role("button", name="Close").click()
    page.wait_for_timeout(500)
    expect(boxes(page)).to_have_count(0)
    assert Response.objects.count() == 1


def test_the_buttons_of_two_widgets_stand_above_each_other(visit, widget, second):  # noqa: F811
    change(widget, shape="button")
    change(second, shape="button")
    page = visit(viewport=DESKTOP)
    buttons = page.get_by_role("button", name="Feedback")
    expect(buttons).to_have_count(2)
    first, other = (buttons.nth(number).bounding_box() for number in range(2))
    assert abs(first["y"] - other["y"]) >= first["height"]

    buttons.nth(1).click()
    expect(boxes(page)).to_have_count(1)
    expect(buttons.nth(0)).to_be_hidden()
    page.keyboard.press("Escape")

    expect(buttons.nth(1)).to_be_focused()
    expect(buttons.nth(0)).to_be_visible()


def test_a_tag_that_stands_twice_is_one_widget(visit, widget, site):  # noqa: F811
    change(widget, shape="button")
    site.place = f'<script async src="{site.plumb}/w/plumb.js" data-key="{widget.key}"></script>'
    page = visit(viewport=DESKTOP)

    expect(page.get_by_role("button", name="Feedback")).to_be_visible()
    page.wait_for_timeout(700)
    expect(page.get_by_role("button", name="Feedback")).to_have_count(1)


def test_what_the_page_opens_before_the_rules_are_there_is_opened(visit, widget):  # noqa: F811
    change(widget, delay_seconds=3600)
    page = visit()
    page.add_init_script("window.plumb = (...said) => (plumb.q = plumb.q || []).push(said); plumb('open')")
    page.reload()

    expect(boxes(page)).to_be_visible()


def test_the_question_to_one_person_closes_when_another_signs_in(visit, widget, site):  # noqa: F811
    first, second = ContactFactory(external_id="7"), ContactFactory(external_id="8")
    site.tag = {"token": token("7")}
    page = visit()
    expect(boxes(page)).to_be_visible()
    identify(page, token("7", email=""))
    expect(boxes(page)).to_be_visible()

    identify(page, token("8"))

    page.wait_for_timeout(500)
    expect(boxes(page)).to_be_visible()
    tap(boxes(page), 9)
    expect(boxes(page).get_by_label("In your own words")).to_be_visible()
    assert Response.objects.get().contact == second
    assert set(Invitation.objects.values_list("contact", flat=True)) == {first.pk, second.pk}
    kept = page.evaluate("Object.values(localStorage).join()")
    assert not re.search('"[78]"', kept)


def test_a_wrong_token_is_not_sent_again_and_again(visit, widget, site):  # noqa: F811
    change(widget, scroll_percent=1)
    site.tag = {"token": "no.token.atall"}
    asked = []
    page = visit()
    page.on("request", lambda request: "may-show" in request.url and asked.append(request.url))
    for number in range(6):
        page.evaluate(f"dispatchEvent(new Event('scroll', {{ bubbles: {number} }}))")
        page.wait_for_timeout(300)

    assert len(asked) <= 1
    assert any("wrong_token" in one for one in visit.troubles)
    visit.troubles.clear()


def test_a_part_of_the_page_asks_when_it_is_seen(visit, widget, site):  # noqa: F811
    change(widget, shape="inline")
    ContactFactory(external_id="7")
    site.tag = {"token": token("7")}
    site.place = f'<div class="high"></div><div data-plumb="{widget.key}"></div>'
    page = visit(viewport=DESKTOP, bypass_csp=True)
    expect(page.get_by_role("region")).to_be_visible()
    assert Invitation.objects.count() == 1

    other = ContactFactory(external_id="8")
    page.evaluate("document.querySelector('.high').style.height = '4000px'")
    identify(page, token("8"))
    page.wait_for_timeout(700)
    assert not Invitation.objects.filter(contact=other).exists()
    page.evaluate("scrollTo(0, 4000)")

    expect(page.get_by_role("region")).to_be_visible()
    assert Invitation.objects.filter(contact=other).count() == 1


def test_a_page_behind_another_one_asks_nobody(visit, widget):  # noqa: F811
    page = visit("/orders")
    page.add_init_script("Object.defineProperty(document, 'hidden', { get: () => !window.seen })")
    page.evaluate("localStorage.clear()")
    page.reload()
    page.wait_for_timeout(1200)
    expect(boxes(page)).to_have_count(0)

    page.evaluate("window.seen = true; document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))")

    expect(boxes(page)).to_be_visible()


def test_a_button_leaves_pages_where_it_is_not_to_stand(visit, widget):  # noqa: F811
    change(widget, shape="button", paths=["/orders/*"])
    page = visit("/orders/7")
    expect(page.get_by_role("button", name="Feedback")).to_be_visible()

    page.evaluate("history.pushState({}, '', '/cart')")
    expect(page.get_by_role("button", name="Feedback")).to_be_hidden()
    page.evaluate("history.back()")

    expect(page.get_by_role("button", name="Feedback")).to_be_visible()
