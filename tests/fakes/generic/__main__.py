from tests.fakes.generic import FakeSmsClub
from tests.fakes.provider import run

run(FakeSmsClub, 8029)
