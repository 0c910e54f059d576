from datetime import timedelta

import pytest

from accounts import clock
from delivery.media.messenger.buttons import Action, data
from delivery.media.whatsapp import arrivals, window
from delivery.models import WhatsAppNumber
from tests.delivery.whatsapp import told
from tests.delivery.whatsapp.told import PHONE
from tests.factories import BrandFactory

NOW = clock.now()


@pytest.mark.parametrize(
    ("ago", "is_open"),
    [
        (None, False),
        (timedelta(), True),
        (timedelta(hours=23, minutes=54, seconds=59), True),
        (timedelta(hours=23, minutes=55), False),
        (timedelta(hours=24), False),
        (timedelta(days=30), False),
    ],
)
def test_words_may_follow_for_a_day(ago, is_open):
    assert window.is_open(None if ago is None else NOW - ago, NOW) == is_open


def test_it_closes_a_little_before_metas_does():
    assert window.closes_at(NOW) == NOW + timedelta(hours=23, minutes=55)
    assert window.is_open(NOW, window.closes_at(NOW) - timedelta(microseconds=1))


def number(name="1122"):
    return WhatsAppNumber.objects.create(
        brand=BrandFactory(), phone_number_id=name, account_id="5", token="x", app_secret="x"
    )


@pytest.mark.django_db
def test_whatever_a_person_did_opens_it_and_nothing_else():
    ours = number()
    assert window.spoke_at(ours, PHONE) is None

    arrivals.keep(ours, [told.preference("stop"), told.message("reaction", {"emoji": "👍"})], now=NOW)
    assert window.spoke_at(ours, PHONE) is None

    hours_ago = NOW - timedelta(hours=5)
    arrivals.keep(ours, [told.button(data(Action.STOP), at=hours_ago)], now=NOW)
    assert hours_ago - timedelta(seconds=1) < window.spoke_at(ours, PHONE) <= hours_ago + timedelta(seconds=1)

    arrivals.keep(ours, [told.text("Hello")], now=NOW)
    assert window.spoke_at(ours, PHONE) == NOW
    assert window.spoke_at(ours, "+380501112244") is None
    assert window.spoke_at(number("3344"), PHONE) is None


@pytest.mark.django_db
def test_what_is_told_late_opens_nothing_anew():
    ours = number()
    arrivals.keep(ours, [told.text("Hello", at=NOW - timedelta(hours=2))], now=NOW)
    arrivals.keep(ours, [told.text("Hi", at=NOW - timedelta(hours=30))], now=NOW)

    assert NOW - timedelta(hours=2, seconds=1) < window.spoke_at(ours, PHONE) < NOW - timedelta(hours=1)
