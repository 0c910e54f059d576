import pytest
from django.db import transaction
from django.dispatch import Signal

from accounts.news import announce

pytestmark = pytest.mark.django_db(transaction=True)


def test_news_is_told_when_it_is_committed_and_not_before():
    signal, heard = Signal(), []
    signal.connect(listener := lambda number, **_: heard.append(number))

    with transaction.atomic():
        announce(signal, number=7)
        assert heard == []

    assert heard == [7]
    assert listener


def test_what_is_rolled_back_is_no_news():
    signal, heard = Signal(), []
    signal.connect(listener := lambda **_: heard.append(True))

    with transaction.atomic():
        announce(signal)
        transaction.set_rollback(True)

    assert heard == []
    assert listener


def test_a_receiver_that_fails_is_logged_and_stops_neither_the_others_nor_the_teller(caplog):
    signal, heard = Signal(), []

    def fail(**_):
        raise ZeroDivisionError("deaf")

    signal.connect(fail)
    signal.connect(listener := lambda **_: heard.append(True))

    with transaction.atomic():
        announce(signal)

    assert heard == [True]
    assert "deaf" in caplog.text
    assert listener
