import pytest

from delivery.media.telegram import hearing
from delivery.models import TelegramBot
from responses.page import offers
from tests.factories import BrandFactory
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.responses.chats.phone_talk import Meta, number_of


@pytest.fixture
def telegram():
    with FakeTelegram() as server:
        yield server


@pytest.fixture
def bot(telegram):
    offers.forget()
    bot = TelegramBot(brand=BrandFactory(), token=TOKEN, base=telegram.url)
    bot.save()
    hearing.connect(bot)
    bot.save()
    return bot


@pytest.fixture
def meta():
    offers.forget()
    with Meta() as server:
        yield server


@pytest.fixture
def number(meta):
    return number_of(meta)
