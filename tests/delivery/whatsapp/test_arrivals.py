"""What Meta tells is a row before anything comes of it: of one account, and once."""

import pytest
from django.db import IntegrityError, transaction

from accounts import clock
from delivery.media.messenger.buttons import Action, data
from delivery.media.whatsapp import arrivals
from delivery.models import ChatEvent, IncomingText, TelegramBot, WhatsAppNumber
from tests.delivery.whatsapp import told
from tests.factories import BrandFactory

pytestmark = pytest.mark.django_db
NOW = clock.now()


@pytest.fixture
def number():
    return WhatsAppNumber.objects.create(
        brand=BrandFactory(), phone_number_id="1122", account_id="5", token="x", app_secret="x"
    )


@pytest.mark.parametrize("made", [lambda: told.text("9"), lambda: told.row(data(Action.DONE, "x" * 22))])
def test_the_same_told_again_and_again_is_one_row(number, made):
    said = made()

    arrivals.keep(number, [said, said], now=NOW)
    arrivals.keep(number, [said | {"timestamp": "1"}], now=NOW)

    assert ChatEvent.objects.count() + IncomingText.objects.count() == 1


def test_what_two_numbers_are_told_under_one_name_is_two_things(number):
    other = WhatsAppNumber.objects.create(
        brand=BrandFactory(), phone_number_id="3344", account_id="5", token="x", app_secret="x"
    )
    for each in (number, other):
        arrivals.keep(each, [told.text("9", name="wamid.same"), told.button("n", name="wamid.too")], now=NOW)

    assert (ChatEvent.objects.count(), IncomingText.objects.count()) == (2, 2)


def test_no_event_and_no_words_are_of_two_accounts_or_of_none(number):
    bot = TelegramBot.objects.create(brand=BrandFactory(), token="1:x", number=1)
    for accounts in ({}, {"bot": bot, "whatsapp": number}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ChatEvent.objects.create(update=1, kind="press", chat="1:2", at=NOW, **accounts)
        with pytest.raises(IntegrityError), transaction.atomic():
            IncomingText.objects.create(digest=b"1" * 32, from_number="1:2", at=NOW, **accounts)


def test_nothing_is_dated_after_it_came_or_long_before(number):
    for at in ("9999999999", "1", "x"):
        arrivals.keep(number, [told.text("9") | {"timestamp": at}], now=NOW)

    assert set(IncomingText.objects.values_list("at", "arrived_at")) == {(NOW, NOW)}


def test_what_cannot_be_read_holds_up_nothing_else(number):
    arrivals.keep(number, [{}, {"type": []}, told.text("") | {"from": {}}, told.text("9")], now=NOW)

    assert IncomingText.objects.get().text == "9"
