"""How often a question was seen, closed and answered: counted once, by day, and of nobody."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from accounts import clock
from responses.models import WebWidget, WidgetDay
from responses.widgets import looks
from responses.widgets.looks import WidgetLook
from responses.widgets.ticket import WidgetTicket
from tests.factories import WebWidgetFactory
from tests.responses.widgets.conftest import Page

pytestmark = pytest.mark.django_db


def counted(**chosen):
    sums = WidgetDay.objects.filter(**chosen).aggregate(Sum("seen"), Sum("closed"), Sum("answered"))
    return tuple(count or 0 for count in sums.values())


def see(page, **said):
    return page.post("seen", {"ticket": page.ticket, **said})


@pytest.fixture
def shown(page):
    page.ask()
    page.show()
    return page


def test_what_was_shown_is_no_look_until_it_came_into_sight(shown):
    assert counted() == (0, 0, 0)

    answer = see(shown)

    assert (answer.status_code, answer.content) == (204, b"")
    assert counted() == (1, 0, 0)


def test_a_look_is_counted_once_whatever_is_sent_again(shown):
    for _again in range(3):
        see(shown)
        see(shown, closed=True)

    assert counted() == (1, 1, 0)


def test_an_answer_is_counted_once_and_was_seen(shown):
    for score in (9, 9, 3):
        shown.answer(score)
    see(shown)
    see(shown, closed=True)

    assert counted() == (1, 0, 1)


def test_what_waits_for_a_person_is_seen_and_not_answered_until_one_answers(shown):
    see(shown)
    shown.answer(9, gesture="")
    assert counted() == (1, 0, 0)

    shown.answer(9)

    assert counted() == (1, 0, 1)


def test_everything_counts_on_the_day_on_which_it_was_shown(page, time_machine):
    # Half past eleven in Vilnius, as the company counts.
    time_machine.move_to(datetime(2026, 3, 2, 21, 30, tzinfo=UTC), tick=False)
    page.ask()
    page.show()
    see(page)
    time_machine.shift(timedelta(hours=1))

    page.answer(9)

    assert counted(day=date(2026, 3, 2)) == (1, 0, 1)
    assert set(WidgetDay.objects.values_list("day", flat=True)) == {date(2026, 3, 2)}


def test_each_press_of_a_button_is_a_look_of_its_own(page):
    WebWidget.objects.update(shape="button")
    for _press in range(2):
        page.ask()
        page.show()
        see(page)

    assert counted() == (2, 0, 0)


def test_nothing_is_counted_that_was_not_shown_here(page, widget):
    page.ask()
    assert see(page).status_code == 410
    page.show()
    other = Page(WebWidgetFactory())
    other.ticket = page.ticket

    assert see(other).status_code == 410
    assert counted() == (0, 0, 0)


@pytest.mark.parametrize("closed", [None, 1, "true", [True]])
def test_closed_is_what_says_so(shown, closed):
    see(shown, closed=closed)

    assert counted() == (1, 0, 0)


def test_nobody_is_written_down(shown):
    see(shown)

    row = WidgetDay.objects.values().get()
    assert set(row) == {"id", "widget_id", "day", "part", "seen", "closed", "answered"}


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_all_counted():
    widget = WebWidgetFactory()
    begin = threading.Barrier(8)

    def look():
        try:
            begin.wait()
            for _number in range(5):
                ticket = WidgetTicket.draw(version_id=1, language="en", now=clock.now())
                looks.note(widget, ticket, WidgetLook.CLOSED)
        finally:
            connection.close()

    threads = [threading.Thread(target=look) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counted() == (40, 40, 0)
    assert WidgetDay.objects.count() > 1


@pytest.mark.django_db(transaction=True)
def test_who_looks_waits_for_nobody_who_counts_elsewhere(monkeypatch):
    widget = WebWidgetFactory()

    def note():
        looks.note(widget, WidgetTicket.draw(version_id=1, language="en", now=clock.now()), WidgetLook.SEEN)

    monkeypatch.setattr(looks.random, "randrange", lambda _parts: 0)
    note()
    locked, go_on = threading.Event(), threading.Event()

    def hold():
        try:
            with transaction.atomic():
                list(WidgetDay.objects.select_for_update().filter(part=0))
                locked.set()
                go_on.wait(5)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(5)
    monkeypatch.setattr(looks.random, "randrange", lambda _parts: 1)
    note()
    go_on.set()
    holder.join()

    assert counted() == (2, 0, 0)
