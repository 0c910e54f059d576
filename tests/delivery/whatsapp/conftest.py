import pytest

from tests.fakes.whatsapp import FakeWhatsApp


@pytest.fixture
def fake(settings):
    settings.DEBUG = True
    with FakeWhatsApp() as server:
        yield server
