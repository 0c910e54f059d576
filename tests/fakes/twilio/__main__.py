from tests.fakes.provider import run
from tests.fakes.twilio import FakeTwilio

run(FakeTwilio, 8027)
