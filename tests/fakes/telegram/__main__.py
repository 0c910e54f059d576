from tests.fakes.provider import run
from tests.fakes.telegram import FakeTelegram

run(FakeTelegram, 8028)
