"""When a question counts as seen, and when as closed."""

from django.db.models import Sum
from playwright.sync_api import expect

from responses.models import WidgetDay
from tests.e2e.conftest import DESKTOP
from tests.e2e.test_web_widget import change, site, tap, visit, wait_for, widget  # noqa: F401 fixtures

IN_BACKGROUND = "Object.defineProperty(document, 'hidden', { get: () => window.away, configurable: true })"


def counted():
    sums = WidgetDay.objects.aggregate(Sum("seen"), Sum("closed"), Sum("answered"))
    return tuple(count or 0 for count in sums.values())


def test_it_was_seen_after_a_second_in_sight_and_answered_by_a_tap(visit, widget):  # noqa: F811
    page = visit()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert wait_for(page, lambda: counted() == (1, 0, 0))

    tap(dialog, 9)
    assert wait_for(page, lambda: counted() == (1, 0, 1))
    dialog.get_by_role("button", name="Close").click()
    page.wait_for_timeout(1300)

    assert counted() == (1, 0, 1)


def test_whoever_closes_it_by_hand_has_seen_it(visit, widget):  # noqa: F811
    page = visit(viewport=DESKTOP)
    expect(page.get_by_role("dialog")).to_be_visible()

    page.keyboard.press("Escape")

    assert wait_for(page, lambda: counted() == (1, 1, 0))


def test_what_the_page_closes_is_closed_by_nobody(visit, widget):  # noqa: F811
    page = visit()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert wait_for(page, lambda: counted() == (1, 0, 0))

    page.evaluate("plumb('close')")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.wait_for_timeout(500)

    assert counted() == (1, 0, 0)


def test_a_page_that_went_to_the_background_is_not_looked_at(visit, widget):  # noqa: F811
    page = visit()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.evaluate(f"window.away = true; {IN_BACKGROUND}")
    page.wait_for_timeout(1700)
    assert counted() == (0, 0, 0)

    page.evaluate("window.away = false")

    assert wait_for(page, lambda: counted() == (1, 0, 0))


def test_a_part_of_the_page_that_was_scrolled_away_is_not_seen(visit, widget, site):  # noqa: F811
    change(widget, shape="inline")
    site.place = f'<div data-plumb="{widget.key}"></div><div class="high"></div>'
    page = visit(viewport=DESKTOP, bypass_csp=True)
    expect(page.get_by_role("region")).to_be_visible()
    page.evaluate("document.querySelector('.high').style.height = '4000px'; scrollTo(0, 2000)")
    page.wait_for_timeout(1700)
    assert counted() == (0, 0, 0)

    page.evaluate("scrollTo(0, 0)")

    assert wait_for(page, lambda: counted() == (1, 0, 0))
