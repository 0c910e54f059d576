from datetime import timedelta

import pytest

from accounts import clock
from delivery import incoming_retention
from delivery.models import ChatEvent, IncomingText, TelegramBot, WhatsAppNumber
from tests.factories import BrandFactory

pytestmark = pytest.mark.django_db
NOW = clock.now()
OLD, NEW = NOW - incoming_retention.KEPT - timedelta(minutes=1), NOW - incoming_retention.KEPT + timedelta(minutes=1)


def test_what_was_taken_up_long_ago_is_forgotten_and_nothing_else():
    bot = TelegramBot.objects.create(brand=BrandFactory(), token="1:x", number=1)
    for number, taken_at in enumerate((OLD, NEW, None), start=1):
        long_ago = {"bot": bot, "at": OLD, "arrived_at": OLD, "taken_at": taken_at}
        ChatEvent.objects.create(update=number, kind="press", chat="1:2", **long_ago)
        IncomingText.objects.create(digest=bytes([number]) * 32, from_number="1:2", text="Hello", **long_ago)

    assert incoming_retention.forget_old(now=NOW) == 2

    assert list(ChatEvent.objects.order_by("pk").values_list("taken_at", flat=True)) == [NEW, None]
    assert list(IncomingText.objects.order_by("pk").values_list("taken_at", flat=True)) == [NEW, None]
    assert incoming_retention.forget_old(now=NOW) == 0


def test_what_was_told_by_whatsapp_is_forgotten_too():
    number = WhatsAppNumber.objects.create(
        brand=BrandFactory(), phone_number_id="1", account_id="2", token="x", app_secret="x"
    )
    for place, taken_at in enumerate((OLD, NEW)):
        row = {"whatsapp": number, "at": OLD, "arrived_at": OLD, "taken_at": taken_at}
        ChatEvent.objects.create(update=place, kind="press", chat="+380501112233", **row)
        IncomingText.objects.create(digest=bytes([place]) * 32, from_number="+380501112233", text="9", **row)

    assert incoming_retention.forget_old(now=NOW) == 2
    assert ChatEvent.objects.get().taken_at == IncomingText.objects.get().taken_at == NEW


def test_many_are_forgotten_a_few_at_a_time(monkeypatch):
    monkeypatch.setattr(incoming_retention, "AT_ONCE", 2)
    bot = TelegramBot.objects.create(brand=BrandFactory(), token="1:x", number=1)
    for number in range(5):
        ChatEvent.objects.create(bot=bot, update=number, kind="press", chat="1:2", at=OLD, taken_at=OLD)

    assert incoming_retention.forget_old(now=NOW) == 5
