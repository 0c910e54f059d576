from tests.fakes.provider import run
from tests.fakes.turbosms import FakeTurboSms

run(FakeTurboSms, 8028)
