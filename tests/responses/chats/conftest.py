import pytest

from delivery.media.telegram import hearing
from delivery.models import TelegramBot
from responses.page import offers
from tests.factories import BrandFactory
from tests.fakes.telegram import TOKEN, FakeTelegram


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
