"""What somebody writes answers what they had read by then, however late it is told."""

from datetime import timedelta

import pytest

from accounts import clock
from delivery.media.whatsapp import arrivals
from delivery.models import IncomingText, Message, WhatsAppNumber
from tests.delivery.whatsapp import told
from tests.factories import BrandFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def number():
    return WhatsAppNumber.objects.create(
        brand=BrandFactory(), phone_number_id="1", account_id="2", token="t", app_secret="s"
    )


def sent(number, name, *, ago, **fields):
    at = clock.now() - ago
    return Message.objects.create(
        **{
            "medium": "whatsapp", "purpose": "invite", "to_address": told.PHONE, "language": "uk", "template": "x",
            "status": "sent", "sent_at": at, "provider_id": f"{number.pk}:{name}", "idempotency_key": name,
            "context": {"brand_id": number.brand_id, "invitation": 1}, "created_at": at - HOUR,
        } | fields
    )  # fmt: skip


def answered_by(number, *, ago, **more):
    now = clock.now()
    arrivals.keep(number, [told.text("9", at=now - ago, **more)], now=now)
    return IncomingText.objects.get().answers


def test_they_answer_what_went_before_them(number):
    first = sent(number, "first", ago=3 * HOUR)
    sent(number, "second", ago=HOUR)

    assert answered_by(number, ago=2 * HOUR) == first


def test_a_word_in_the_chat_that_came_later_does_not_say_it(number):
    first = sent(number, "first", ago=3 * HOUR)
    second = sent(number, "second", ago=HOUR, context={"brand_id": number.brand_id, "invitation": 2})
    sent(number, "echo", ago=HOUR / 2, purpose="echo", context=second.context | {"asks": True})

    assert answered_by(number, ago=2 * HOUR) == first


def test_the_clock_of_meta_may_be_behind(number):
    asked = sent(number, "first", ago=timedelta())

    assert answered_by(number, ago=timedelta(seconds=20)) == asked


def test_what_they_reply_to_is_what_they_answer(number):
    first = sent(number, "first", ago=3 * HOUR)
    sent(number, "second", ago=HOUR)

    assert answered_by(number, ago=timedelta(), answers="first") == first
