"""How many workers may send by one medium at once."""

import threading
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import connections
from django.db.models.functions import Now

from delivery import dispatch, seats
from delivery.dispatch import Sent
from delivery.models import Message, Seat
from delivery.seats import seat
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db(transaction=True)


def expire():
    Seat.objects.update(until=Now() - timedelta(seconds=1))


def test_there_are_as_many_seats_as_are_set_and_each_medium_has_its_own():
    with seat("email", 2) as first, seat("email", 2) as second, seat("email", 2) as third, seat("chat", 1) as other:
        assert None not in (first, second, other)
        assert third is None

    assert not Seat.objects.exists()


def test_eight_at_once_take_no_more_seats_than_there_are():
    barrier, over, taken = threading.Barrier(8), threading.Event(), []

    def work():
        try:
            barrier.wait()
            with seat("email", 3) as held:
                taken.append(held is not None)
                over.wait(10)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    while len(taken) < 8:
        over.wait(0.01)
    over.set()
    for thread in threads:
        thread.join()

    assert sorted(taken) == [False] * 5 + [True] * 3


def test_the_seat_of_a_killed_worker_is_free_when_its_time_is_over():
    with ExitStack() as killed:
        killed.enter_context(seat("email", 1))
        with seat("email", 1) as early:
            assert early is None
        expire()

        with seat("email", 1) as late:
            assert late is not None


def test_a_worker_that_goes_on_keeps_its_seat(monkeypatch):
    monkeypatch.setattr(seats, "KEEP_AFTER", 0)
    with seat("email", 1) as held:
        expire()
        assert held.keep() is True

        with seat("email", 1) as other:
            assert other is None


def test_a_worker_that_was_too_slow_is_told_that_its_seat_is_taken_and_takes_nobody_elses(monkeypatch):
    monkeypatch.setattr(seats, "KEEP_AFTER", 0)
    with seat("email", 1) as slow:
        expire()
        with seat("email", 1) as quick:
            assert slow.keep() is False
            slow.leave()
            assert quick.keep() is True


def test_a_seat_is_not_written_at_every_message(django_assert_num_queries):
    with seat("email", 1) as held, django_assert_num_queries(0):
        assert held.keep() is True


def test_a_worker_whose_seat_is_taken_gives_back_what_it_has_not_sent(plain_server, monkeypatch):
    monkeypatch.setattr(seats, "KEEP_AFTER", 0)
    MessageFactory.create_batch(3)
    with seat("email", 1) as slow, dispatch.opened("email", slow) as run:
        expire()
        with seat("email", 1):
            assert dispatch.send_due("email", run=run) == Sent(released=3)

    assert Message.objects.filter(status="queued", attempts=0).count() == 3
    assert plain_server.taken == []
