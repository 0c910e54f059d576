from tests.fakes.provider import run
from tests.fakes.whatsapp import FakeWhatsApp

run(FakeWhatsApp, 8029)
