"""Several workers at one domain: real connections, real commits."""

import threading
from functools import partial

import pytest
from django.db import connections

from delivery.models import Message, SendingDomain
from delivery.reputation import breaker
from delivery.reputation.shares import DomainFigures
from tests.delivery.reputation.conftest import NAME, counted, letter
from tests.delivery.reputation.test_counts import figures, news

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    barrier = threading.Barrier(len(acts))

    def work(act):
        try:
            # Each has its connection before the first one acts.
            SendingDomain.objects.exists()
            barrier.wait()
            act()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def told():
    return Message.objects.filter(template="delivery.domain_paused").count()


@pytest.fixture(autouse=True)
def known(chief, monkeypatch):
    # Threads that end would leave their connections to the broker open.
    monkeypatch.setattr("accounts.nudges._publish", lambda *_nudge: None)
    return SendingDomain.objects.create(name=NAME)


def test_two_workers_who_take_up_the_same_news_count_it_once_pause_once_and_tell_once():
    counted(handed_over=100, bounces=4)
    message = letter()

    at_once(*[partial(news, message)] * 4)

    assert figures() == DomainFigures(handed_over=100, bounces=5)
    assert SendingDomain.objects.get().is_paused
    assert told() == 1


def test_workers_with_news_of_several_letters_count_all_pause_once_and_tell_once():
    counted(handed_over=100, bounces=4)
    letters = [letter() for _ in range(4)]

    at_once(*[partial(news, message) for message in letters])

    assert figures() == DomainFigures(handed_over=100, bounces=8)
    assert told() == 1


def test_senders_who_look_at_once_before_their_batches_pause_once_and_tell_once():
    counted(handed_over=100, bounces=5)
    paused = []

    at_once(*[lambda: paused.extend(breaker.look([NAME]))] * 6)

    assert paused == [NAME]
    assert told() == 1
